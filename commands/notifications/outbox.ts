import type { RecordedEvent } from '#domain/event';
import { abandonedAfterMs } from '#domain/notification/decider';
import { type Channel, type NotificationEvent, notificationEvents } from '#domain/notification/events';
import type { Logger } from '#platform/log';
import { retryDelay } from '#platform/retry';
import { type DeliveryPorts, type Due, deliver } from './deliver.ts';

const types = Object.keys(notificationEvents);
type Waiting = Due & { readonly dueMs: number };

/** How long a stop waits for what is being sent: better a word late than one that nobody knows of. */
const stopPatienceMs = 5000;

/**
 * Sends what is to be sent when it is due, in every process that runs it: the log says who. Begins with what the log holds,
 * and follows it.
 *
 * @returns ends it; resolves when what is being sent is sent, or is taking too long
 */
export function startOutbox(ports: DeliveryPorts, log: Logger): () => Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  const waiting = new Map<string, Waiting>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** One after the other on each way: a mail server is not to be overrun. */
  const lines = new Map<Channel, Promise<void>>();
  let begun = false;

  function note(recorded: RecordedEvent): void {
    const event = recorded as RecordedEvent<NotificationEvent>;
    const { notificationId } = event.data;
    const put = (channel: Channel, dueMs: number) => schedule({ ...dueOf(event, channel), dueMs });
    switch (event.type) {
      case 'NotificationRequested':
        for (const channel of event.data.channels) put(channel, Date.parse(event.data.notBefore ?? '') || 0);
        return;
      case 'NotificationSendingStarted':
        // Should whoever began be gone, somebody has to say so.
        put(event.data.channel, Date.parse(event.data.at) + abandonedAfterMs + 1000);
        return;
      case 'NotificationPutOff':
        put(event.data.channel, Date.parse(event.data.nextAt));
        return;
      case 'NotificationSent':
      case 'NotificationFailed':
        forget(`${notificationId} ${event.data.channel}`);
        return;
      case 'NotificationRead':
        for (const key of [...waiting.keys()]) if (key.startsWith(`${notificationId} `)) forget(key);
    }
  }

  function forget(key: string): void {
    clearTimeout(timers.get(key));
    timers.delete(key);
    waiting.delete(key);
  }

  function schedule(due: Waiting): void {
    const key = `${due.notificationId} ${due.channel}`;
    forget(key);
    waiting.set(key, due);
    if (!begun || signal.aborted) return;
    timers.set(
      key,
      setTimeout(() => send(key, due), Math.max(0, due.dueMs - Date.now())),
    );
  }

  function send(key: string, due: Waiting): void {
    timers.delete(key);
    const { dueMs: _, ...what } = due;
    const line = (lines.get(due.channel) ?? Promise.resolve()).then(async () => {
      if (signal.aborted) return;
      try {
        const againMs = await deliver(ports, what);
        // The timer was early by the clock, or the clock was set back: no event will come that says when to look again.
        if (againMs !== undefined && waiting.get(key) === due) schedule({ ...due, dueMs: againMs });
      } catch (error) {
        log.warn(
          { err: error, notification: due.notificationId, channel: due.channel },
          'delivery is tried again',
        );
        // Only the log can be away here. Where its own word of what began is in by now, that says when to look again.
        if (waiting.get(key) === due) schedule({ ...due, dueMs: Date.now() + 5000 });
      }
    });
    lines.set(due.channel, line);
  }

  async function follow(): Promise<void> {
    let after: bigint | undefined;
    for (let failures = 0; !signal.aborted; ) {
      try {
        if (!begun) {
          // All of it first: what was sent long ago is not even asked about.
          for await (const batch of ports.store.scan({
            types,
            signal,
            ...(after !== undefined && { after }),
          })) {
            for (const event of batch.events) note(event);
            after = batch.upTo;
          }
          begun = true;
          for (const due of [...waiting.values()]) schedule(due);
        }
        const options = { types, signal, ...(after !== undefined && { after }) };
        for await (const event of ports.store.subscribe(options)) {
          note(event);
          after = event.position;
          failures = 0;
        }
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ err: error }, 'the log cannot be followed for notifications; trying again');
        await retryDelay(++failures, signal);
      }
    }
  }

  const following = follow();
  return async () => {
    stop.abort();
    for (const timer of timers.values()) clearTimeout(timer);
    await following;
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, stopPatienceMs);
    await Promise.race([Promise.all(lines.values()), patience.promise]);
    clearTimeout(timer);
  };
}

const dueOf = (event: RecordedEvent<NotificationEvent>, channel: Channel): Due => {
  const { correlationId, caseId } = event.metadata;
  return {
    notificationId: event.data.notificationId,
    channel,
    correlationId,
    causationId: event.id,
    ...(caseId && { caseId }),
  };
};
