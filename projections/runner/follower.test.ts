import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RecordedEvent } from '#domain/event';
import { createLogger } from '#platform/log';
import { type CacheReadModel, keyPart } from '../read-model.ts';
import { type Follower, follow } from './follower.ts';
import type { LogFeed } from './log-feed.ts';
import { createInMemoryParking, createInMemoryStore } from './testing/in-memory-store.ts';

const log = createLogger('follower-test', 'silent');

type Count = { stream: string; seen: string[] };
const counts = keyPart<Count>('count:', ({ stream }) => stream);
/** Positions whose events cannot be folded. */
let poison: Set<string>;
const model: CacheReadModel = {
  name: 'seen-events',
  version: 1,
  sink: 'cache',
  types: ['CaseOpened'],
  parts: [counts],
  needs: ({ stream }) => [{ part: counts, key: [stream] }],
  fold({ stream, position }, entries) {
    if (poison.has(String(position))) throw new Error(`cannot understand ${position}`);
    const { seen } = entries.get(counts, [stream]) ?? { seen: [] };
    entries.put(counts, { stream, seen: [...seen, String(position)] });
  },
};

/** Streams a, b, c in turn; the revision of an event is its position divided by three. */
const eventAt = (position: number): RecordedEvent => ({
  id: `event-${position}`,
  type: 'CaseOpened',
  data: {},
  stream: ['a', 'b', 'c'][position % 3] ?? '',
  revision: BigInt(Math.floor(position / 3)),
  position: BigInt(position),
  created: new Date(0),
  metadata: {
    actor: { kind: 'person', id: 'owner' },
    correlationId: 'c',
    causationId: 'c',
    schemaVersion: 1,
    occurredAt: '2026-01-01T00:00:00Z',
  },
});

const events = Array.from({ length: 12 }, (_, position) => eventAt(position));
const feed: LogFeed = {
  async next({ after, limit, signal }) {
    const looked = events.filter(({ position }) => position > after).slice(0, limit);
    const last = looked.at(-1);
    if (last) return { events: looked, upTo: last.position };
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return { events: [], upTo: after };
  },
  head: () => 11n,
  behind: () => ({ events: 0 }),
  close: async () => {},
};

let store: ReturnType<typeof createInMemoryStore>;
let parking: ReturnType<typeof createInMemoryParking>;
let skipped: Set<string>;
let followers: Follower[];

beforeEach(async () => {
  poison = new Set();
  skipped = new Set();
  followers = [];
  store = createInMemoryStore(model);
  parking = createInMemoryParking();
  await store.create({ version: 1, state: 'live', partitions: 1 });
});
afterEach(async () => {
  for (const follower of followers) await follower.stop();
});

function start(fence = 1n): Follower {
  const follower = follow({
    model,
    store,
    parking,
    feed,
    generation: 1,
    partition: 0,
    partitions: 1,
    fence,
    skipped: () => skipped,
    async *readStream(stream, from) {
      yield* events.filter((event) => event.stream === stream && event.revision >= from);
    },
    onAdvance: () => {},
    log,
  });
  followers.push(follower);
  return follower;
}

const seen = () =>
  Object.fromEntries(store.entries(1, counts).map((each) => [each.stream, each.seen.join(' ')]));

test('folds everything once, and counts it', async () => {
  await start().reached(11n);
  expect(seen()).toEqual({ a: '0 3 6 9', b: '1 4 7 10', c: '2 5 8 11' });
  expect(await store.checkpoint(1, 0)).toMatchObject({ position: 11n, applied: { CaseOpened: 12 } });
});

test('an event that cannot be folded is parked with the rest of its stream; the others go on', async () => {
  poison.add('4');
  const follower = start();
  await follower.reached(11n);
  expect(seen()).toEqual({ a: '0 3 6 9', b: '1', c: '2 5 8 11' });
  expect(follower.status()).toMatchObject({ parked: 3, position: 11n, state: 'running' });
  const parked = await parking.parked(1);
  expect(parked.map(({ position, isCause, error }) => [position, isCause, error])).toEqual([
    [4n, true, 'cannot understand 4'],
    [7n, false, ''],
    [10n, false, ''],
  ]);
});

test('a retry folds the stream in its order, up to the next event that fails', async () => {
  poison.add('4').add('10');
  const follower = start();
  await follower.reached(11n);
  poison.delete('4');
  follower.retry('b');
  await expect.poll(() => follower.status().parked).toBe(1);
  expect(seen().b).toBe('1 4 7');
  expect(await parking.parked(1)).toMatchObject([{ position: 10n, isCause: true, attempts: 1 }]);
  poison.delete('10');
  follower.retry('b');
  await expect.poll(() => follower.status().parked).toBe(0);
  expect(seen().b).toBe('1 4 7 10');
  expect(await store.checkpoint(1, 0)).toMatchObject({ position: 11n, applied: { CaseOpened: 12 } });
});

test('a skipped event is passed over, and what waited behind it goes on', async () => {
  poison.add('4');
  const follower = start();
  await follower.reached(11n);
  skipped.add('4');
  follower.retry('b');
  await expect.poll(() => follower.status().parked).toBe(0);
  expect(seen().b).toBe('1 7 10');
});

test('one that was parked stays parked for the worker that comes next', async () => {
  poison.add('4');
  await start(1n).reached(11n);
  await followers[0]?.stop();
  poison.clear();
  const next = start(2n);
  await next.reached(11n);
  expect(next.status().parked).toBe(3);
  next.retry('b');
  await expect.poll(() => next.status().parked).toBe(0);
  expect(seen().b).toBe('1 4 7 10');
});

test('parked events that a crash left behind after they were folded in are not folded again', async () => {
  poison.add('4');
  const first = start(1n);
  await first.reached(11n);
  await first.stop();
  const left = await parking.parked(1);
  poison.clear();
  const second = start(2n);
  await second.reached(11n);
  second.retry('b');
  await expect.poll(() => second.status().parked).toBe(0);
  await second.stop();
  await parking.park(1, left);
  const third = start(3n);
  await third.reached(11n);
  expect(third.status().parked).toBe(0);
  expect(await parking.parked(1)).toEqual([]);
  expect(seen().b).toBe('1 4 7 10');
});

test('a worker that lost its lease without noticing ends', async () => {
  const first = start(1n);
  await first.reached(11n);
  await store.open(1, 0, 2n);
  events.push(eventAt(12));
  try {
    first.retry('nothing parked');
    expect(await first.ended).toBe('fenced');
    expect(seen().a).toBe('0 3 6 9');
  } finally {
    events.pop();
  }
});

test('holds still while it is asked to', async () => {
  const follower = start();
  const goOn = await follower.hold();
  const { position } = follower.status();
  expect(follower.status().state).toBe('paused');
  follower.retry('nothing parked');
  expect(follower.status().position).toBe(position);
  goOn();
  await follower.reached(11n);
  expect(seen().c).toBe('2 5 8 11');
});
