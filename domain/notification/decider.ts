import { type Decider, RuleViolation } from '../decider.ts';
import type { Channel, NotificationEvent } from './events.ts';

type DataOf<Type extends NotificationEvent['type']> = Extract<NotificationEvent, { type: Type }>['data'];

/** `at` is the sender's clock, ISO 8601 UTC. */
type OfChannel = { readonly notificationId: string; readonly channel: Channel };

export type NotificationCommand =
  | ({ readonly type: 'RequestNotification' } & DataOf<'NotificationRequested'>)
  /** Asks to be the one who sends; nothing may leave before the event of it is written. */
  | ({ readonly type: 'StartSending'; readonly at: string } & OfChannel)
  | ({ readonly type: 'RecordSent'; readonly attempt: number } & OfChannel)
  | ({
      readonly type: 'RecordNotSent';
      readonly attempt: number;
      readonly at: string;
      readonly reason: string;
      readonly message: string;
      /** True if another attempt would come to the same. */
      readonly final: boolean;
    } & OfChannel)
  | { readonly type: 'ReadNotification'; readonly notificationId: string; readonly userId: string };

export type Delivery = {
  readonly state: 'waiting' | 'sending' | 'put-off' | 'done';
  readonly attempt: number;
  /** When the attempt in hand began, or the next one is due. */
  readonly at?: string;
};
export type NotificationState = {
  readonly requested: DataOf<'NotificationRequested'> | undefined;
  readonly deliveries: ReadonlyMap<Channel, Delivery>;
  readonly read: boolean;
};

export const notificationStream = (notificationId: string) => `notification-${notificationId}`;

/** Pauses after an attempt that certainly reached nobody, milliseconds; then it has failed. */
const pausesMs = [5_000, 30_000, 120_000, 600_000, 1_800_000];
/** An attempt without an end after this long has none: whoever made it is gone, and nobody knows what came of it. */
export const abandonedAfterMs = 10 * 60_000;
/** What could not be sent for this long is no news any more. */
export const newsMs = 24 * 3600 * 1000;

/**
 * A notification goes out at most once on each way. That a sending begins is written first; without the word how it ended
 * it may have arrived, and is not sent again. Only an attempt that certainly reached nobody is followed by another.
 */
export const notificationDecider: Decider<NotificationState, NotificationCommand, NotificationEvent> = {
  initialState: { requested: undefined, deliveries: new Map(), read: false },
  evolve(state, event) {
    const with_ = (channel: Channel, delivery: Delivery): NotificationState => ({
      ...state,
      deliveries: new Map(state.deliveries).set(channel, delivery),
    });
    switch (event.type) {
      case 'NotificationRequested': {
        const waiting = event.data.channels.map(
          (channel) => [channel, { state: 'waiting', attempt: 0 }] as const,
        );
        return { ...state, requested: event.data, deliveries: new Map<Channel, Delivery>(waiting) };
      }
      case 'NotificationSendingStarted': {
        const { channel, attempt, at } = event.data;
        return with_(channel, { state: 'sending', attempt, at });
      }
      case 'NotificationPutOff': {
        const { channel, attempt, nextAt } = event.data;
        return with_(channel, { state: 'put-off', attempt, at: nextAt });
      }
      case 'NotificationSent':
      case 'NotificationFailed': {
        const { channel } = event.data;
        return with_(channel, { state: 'done', attempt: state.deliveries.get(channel)?.attempt ?? 0 });
      }
      case 'NotificationRead':
        return { ...state, read: true };
    }
  },
  decide(command, state) {
    if (command.type === 'RequestNotification') {
      const { type: _, ...data } = command;
      return state.requested ? [] : [{ type: 'NotificationRequested', data }];
    }
    const { requested } = state;
    if (!requested || (command.type === 'ReadNotification' && command.userId !== requested.userId)) {
      throw new RuleViolation(
        'not-found',
        'notification-unknown',
        `You have no notification ${command.notificationId}.`,
      );
    }
    const ids = { notificationId: command.notificationId, userId: requested.userId };
    if (command.type === 'ReadNotification') {
      return state.read ? [] : [{ type: 'NotificationRead', data: ids }];
    }
    const { channel } = command;
    const delivery = state.deliveries.get(channel);
    if (!delivery || delivery.state === 'done') return [];
    switch (command.type) {
      case 'StartSending':
        return startSending(ids, channel, delivery, state, command.at);
      case 'RecordSent':
        return delivery.attempt === command.attempt
          ? [{ type: 'NotificationSent', data: { ...ids, channel } }]
          : [];
      case 'RecordNotSent': {
        const { attempt, reason, message } = command;
        if (delivery.state !== 'sending' || delivery.attempt !== attempt) return [];
        const pause = pausesMs[attempt - 1];
        if (command.final || pause === undefined) {
          return [{ type: 'NotificationFailed', data: { ...ids, channel, reason, message } }];
        }
        const nextAt = new Date(Date.parse(command.at) + pause).toISOString();
        return [{ type: 'NotificationPutOff', data: { ...ids, channel, attempt, reason, message, nextAt } }];
      }
    }
  },
};

function startSending(
  ids: { notificationId: string; userId: string },
  channel: Channel,
  delivery: Delivery,
  state: NotificationState,
  at: string,
): readonly NotificationEvent[] {
  const now = Date.parse(at);
  const failed = (reason: string, message: string) =>
    [{ type: 'NotificationFailed', data: { ...ids, channel, reason, message } }] as const;
  if (delivery.state === 'sending') {
    if (now - Date.parse(delivery.at ?? at) < abandonedAfterMs) return [];
    const message = 'Casefold stopped while it was being sent. It may have arrived, so it is not sent again.';
    return failed('outcome-unknown', message);
  }
  // Whoever has read it need not be told of it.
  if (state.read) return [];
  const due = dueAt(state, delivery);
  if (due !== undefined && now < Date.parse(due)) return [];
  const since = due ?? state.requested?.requestedAt;
  if (since !== undefined && now - Date.parse(since) > newsMs) {
    return failed('too-late', 'It could not be sent for a day, and is no news any more. It is in the inbox.');
  }
  return [
    { type: 'NotificationSendingStarted', data: { ...ids, channel, attempt: delivery.attempt + 1, at } },
  ];
}

/** When a delivery is due, ISO 8601 UTC; undefined for at once. */
export const dueAt = ({ requested }: NotificationState, { at }: Delivery): string | undefined =>
  at ?? requested?.notBefore;
