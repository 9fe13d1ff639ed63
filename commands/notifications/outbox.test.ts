import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { DomainEvent, RecordedEvent } from '#domain/event';
import { abandonedAfterMs, notificationStream } from '#domain/notification/decider';
import type { NotificationEvent } from '#domain/notification/events';
import { userStream } from '#domain/user/decider';
import type { EventStore } from '#platform/event-store';
import { createLogger } from '#platform/log';
import { startOutbox } from './outbox.ts';
import { NotSentError } from './sender.ts';

const minute = 60_000;
const start = Date.parse('2026-01-01T10:00:00.000Z');
const at = (minutes: number) => new Date(start + minutes * minute).toISOString();
const ids = { notificationId: 'n1', userId: 'u1' };
const stream = notificationStream('n1');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: start });
});
afterEach(() => vi.useRealTimers());

/** A log in memory, as much of it as an outbox uses. */
function createLog() {
  const events: RecordedEvent[] = [];
  let more = Promise.withResolvers<void>();
  const write = (to: string, event: DomainEvent) => {
    const revision = BigInt(events.filter((each) => each.stream === to).length);
    const position = BigInt(events.length);
    const metadata = {
      actor: { kind: 'system', id: 'test' },
      correlationId: 'c',
      causationId: 'c',
      schemaVersion: 1,
      occurredAt: at(0),
    } as const;
    events.push({
      id: `e${position}`,
      created: new Date(),
      metadata,
      ...event,
      stream: to,
      revision,
      position,
    });
    more.resolve();
    more = Promise.withResolvers();
    return { revision, position };
  };
  const store = {
    async append(to, added) {
      return added.map((event) => write(to, event)).at(-1) ?? expect.unreachable('Nothing to append.');
    },
    async *readStream(of, from = 0n) {
      yield* events.filter((event) => event.stream === of && event.revision >= from);
    },
    async *scan({ types }) {
      const upTo = BigInt(events.length - 1);
      yield { events: events.filter(({ type }) => types.includes(type)), upTo };
    },
    async *subscribe({ after, types, signal }) {
      const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve));
      for (let next = Number(after) + 1; !signal.aborted; ) {
        const event = events[next];
        if (!event) await Promise.race([more.promise, stopped]);
        else {
          next += 1;
          if (types?.includes(event.type)) yield event;
        }
      }
    },
  } as Partial<EventStore> as EventStore;
  return {
    store,
    write,
    types: () => events.filter((event) => event.stream === stream).map(({ type }) => type),
  };
}

/** An outbox with one e-mail to send; `fail` is thrown by the first attempt. */
async function begin(more: readonly NotificationEvent[], fail?: Error) {
  const { store, write, types } = createLog();
  write(userStream('u1'), {
    type: 'PreferencesChanged',
    data: {
      userId: 'u1',
      preferences: { channels: ['email'], email: 'ada@example.org', leastUrgency: 'low' },
    },
  });
  for (const event of more) write(stream, event);
  const sentAt: string[] = [];
  let failure = fail;
  const email = {
    async send() {
      const thrown = failure;
      failure = undefined;
      if (thrown) throw thrown;
      sentAt.push(new Date().toISOString());
    },
  };
  const stop = startOutbox({ store, senders: { email }, origin: undefined }, createLogger('test', 'silent'));
  onTestFinished(stop);
  await vi.advanceTimersByTimeAsync(0);
  return { sentAt, types, write };
}

/** Time goes by for the timers; the clock is set back by so much on the way. */
async function passWhileSetBack(minutes: number, backMinutes: number) {
  vi.setSystemTime(Date.now() - backMinutes * minute);
  await vi.advanceTimersByTimeAsync(minutes * minute);
}

const requested = (notBefore?: string): NotificationEvent => ({
  type: 'NotificationRequested',
  data: {
    ...ids,
    title: 'Ready',
    body: 'It is.',
    urgency: 'normal',
    channels: ['email'],
    requestedAt: at(0),
    ...(notBefore && { notBefore }),
  },
});

test('what quiet hours hold back goes out when they end, though the clock is set back meanwhile', async () => {
  const { sentAt } = await begin([requested(at(60))]);
  await passWhileSetBack(60, 20);
  expect(sentAt).toEqual([]);
  await vi.advanceTimersByTimeAsync(20 * minute - 1);
  expect(sentAt).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(sentAt).toEqual([at(60)]);
});

test('the next attempt is made when it is due, though the clock is set back meanwhile', async () => {
  const away = new NotSentError('mail-server-away', 'Away.', { final: false });
  const { sentAt, types } = await begin([requested()], away);
  expect(types().at(-1)).toBe('NotificationPutOff');
  await passWhileSetBack(1, 10);
  expect(sentAt).toEqual([]);
  await vi.advanceTimersByTimeAsync(10 * minute);
  expect(sentAt).toHaveLength(1);
  expect(types().at(-1)).toBe('NotificationSent');
});

test('an attempt of one that is gone is given up at last, though the clock is set back meanwhile', async () => {
  const { sentAt, types } = await begin([
    requested(),
    { type: 'NotificationSendingStarted', data: { ...ids, channel: 'email', attempt: 1, at: at(0) } },
  ]);
  await passWhileSetBack(abandonedAfterMs / minute + 1, 5);
  expect(types()).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(5 * minute);
  expect(types().at(-1)).toBe('NotificationFailed');
  expect(sentAt).toEqual([]);
});

test('what was read meanwhile is not looked at again', async () => {
  const { sentAt, write } = await begin([requested(at(60))]);
  await passWhileSetBack(60, 20);
  write(stream, { type: 'NotificationRead', data: ids });
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(60 * minute);
  expect(sentAt).toEqual([]);
});
