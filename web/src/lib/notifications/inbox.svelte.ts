import { api } from '#lib/api/client.ts';
import { attempt } from '#lib/toast.ts';
import type { LiveMessage, Notification } from '#read-api/contract';
import { readAll } from './read-all.ts';

/** Notifications shown in the bell; the rest is a page further. */
const shown = 20;

type Tell = (notification: Notification) => void;

/** What the person was told: the newest of it, kept fresh by what the live connection hears. */
export class Inbox {
  items: readonly Notification[] = $state.raw([]);
  unread = $state(0);
  next: string | undefined = $state();
  /** False until it was fetched once: nothing is known yet. */
  known = $state(false);
  /** While all are marked as read. */
  marking = $state(false);
  readonly #tell: Tell;
  /** Those that were on the page already, in which case nobody need be told of them any more. */
  readonly #seen = new Set<string>();
  #loading: Promise<void> | undefined;
  #again = false;

  /** @param tell shows the person a notification that has just come */
  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** Fetches the newest; what is asked meanwhile is fetched once more after it. */
  load(): Promise<void> {
    if (this.#loading) this.#again = true;
    this.#loading ??= this.#fetch().finally(() => {
      this.#loading = undefined;
      if (this.#again) {
        this.#again = false;
        void this.load();
      }
    });
    return this.#loading;
  }

  /** @returns whether it was about notifications */
  hear(message: LiveMessage): boolean {
    if (message.kind !== 'personal' || !message.event.startsWith('Notification')) return false;
    void this.load();
    return true;
  }

  async more(): Promise<void> {
    if (!this.next) return;
    const cursor = this.next;
    await attempt(async () => {
      const { items, next } = await api.notifications({ limit: shown, cursor });
      this.items = [...this.items, ...items];
      this.next = next;
    });
  }

  async markRead(notifications: readonly Notification[]): Promise<void> {
    const ids = notifications.filter(({ readAt }) => !readAt).map(({ notificationId }) => notificationId);
    if (ids.length === 0) return;
    if (await attempt(() => api.readNotifications(ids))) await this.load();
  }

  /** Marks as read what is on the pages that are not shown too. */
  async markAllRead(): Promise<void> {
    if (this.marking) return;
    this.marking = true;
    await attempt(() => readAll(api));
    // After a failure too: part of it may be read by now.
    await this.load();
    this.marking = false;
  }

  async #fetch(): Promise<void> {
    try {
      const { items, unread, next } = await api.notifications({ limit: shown });
      this.items = items;
      this.unread = unread;
      this.next = next;
      for (const each of items.toReversed()) this.#meet(each);
      this.known = true;
    } catch {
      // What is there stays; the next message, or the next page, asks again.
    }
  }

  #meet(notification: Notification): void {
    const isSent = notification.deliveries.some(
      ({ channel, state }) => channel === 'toast' && state === 'sent',
    );
    if (!isSent || this.#seen.has(notification.notificationId)) return;
    this.#seen.add(notification.notificationId);
    if (this.known && !notification.readAt) this.#tell(notification);
  }
}
