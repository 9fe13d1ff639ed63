import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CacheReadModel } from '../read-model.ts';
import { createFollowerFixture, eventAt, type FollowerFixture } from './testing/follower-fixture.ts';

let fixture: FollowerFixture;
beforeEach(async () => {
  fixture = await createFollowerFixture();
});
afterEach(() => fixture.stop());

test('folds everything once, and counts it', async () => {
  const { start, seen, store } = fixture;
  await start().reached(11n);
  expect(seen()).toEqual({ a: '0 3 6 9', b: '1 4 7 10', c: '2 5 8 11' });
  expect(await store.checkpoint(1, 0)).toMatchObject({ position: 11n, applied: { CaseOpened: 12 } });
});

test('an event that cannot be folded is parked with the rest of its stream; the others go on', async () => {
  const { start, seen, parking, poison } = fixture;
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

test('a batch that is refused is tried in halves, and only the event at fault is parked', async () => {
  const { start, seen, store, parking, model } = fixture;
  let refused = 0;
  const refusing: typeof store = {
    ...store,
    async commit(generation, commit) {
      for (const { puts } of commit.changes)
        for (const entry of puts.values())
          if (JSON.stringify(entry).includes('"7"')) throw new Error(`value ${++refused} is too long`);
      await store.commit(generation, commit);
    },
  };
  await start(1n, { store: refusing, model: { ...model, batchSize: 12 } }).reached(11n);
  expect(seen()).toEqual({ a: '0 3 6 9', b: '1 4', c: '2 5 8 11' });
  expect(await parking.parked(1)).toMatchObject([
    { position: 7n, isCause: true, attempts: 5 },
    { position: 10n, isCause: false },
  ]);
  expect(refused).toBeLessThan(12);
});

test('one that was parked stays parked for the worker that comes next', async () => {
  const { start, seen, poison, followers } = fixture;
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

test('a worker that lost its lease without noticing ends', async () => {
  const { start, seen, store, append } = fixture;
  const first = start(1n);
  await first.reached(11n);
  await store.open(1, 0, 2n);
  append(eventAt(12));
  expect(await first.ended).toBe('fenced');
  expect(seen().a).toBe('0 3 6 9');
});

test('a worker that lost its lease parks nothing, and ends', async () => {
  const { start, store, parking, poison } = fixture;
  poison.add('4');
  const fencedParking: typeof parking = {
    ...parking,
    async park(generation, events, by) {
      // As the leases beside the parked events do.
      await store.open(generation, by?.partition ?? 0, 2n);
      await store.open(generation, by?.partition ?? 0, by?.fence ?? -1n);
      await parking.park(generation, events, by);
    },
  };
  expect(await start(1n, { parking: fencedParking }).ended).toBe('fenced');
  expect(await parking.parked(1)).toEqual([]);
});

test('a commit whose answer was lost is found out, and not done again', async () => {
  const { start, seen, store } = fixture;
  let lost = 0;
  const forgetful: typeof store = {
    ...store,
    async commit(generation, commit) {
      await store.commit(generation, commit);
      if (lost++ === 0) throw new Error('connection lost');
    },
    isTransient: (error) => String(error).includes('connection lost'),
  };
  await start(1n, { store: forgetful }).reached(11n);
  expect(seen()).toEqual({ a: '0 3 6 9', b: '1 4 7 10', c: '2 5 8 11' });
});

test('the checkpoint follows where nothing of ours comes', async () => {
  const { start, store, append } = fixture;
  const follower = start();
  await follower.reached(11n);
  append({ ...eventAt(12), type: 'SomethingElse' });
  await expect.poll(async () => (await store.checkpoint(1, 0)).position, { timeout: 5000 }).toBe(12n);
  expect((await store.checkpoint(1, 0)).applied).toEqual({ CaseOpened: 12 });
});

test('with a model that cannot prepare an event, that event is parked alone', async () => {
  const { model, start, seen, parking } = fixture;
  const preparing: CacheReadModel = {
    ...model,
    async prepare(events) {
      if (events.some(({ position }) => position === 4n)) throw new Error('the blob of 4 is gone');
      return new Map(events.map(({ id }) => [id, true]));
    },
  };
  await start(1n, { model: preparing }).reached(11n);
  expect(seen()).toEqual({ a: '0 3 6 9', b: '1', c: '2 5 8 11' });
  expect((await parking.parked(1))[0]).toMatchObject({ position: 4n, error: 'the blob of 4 is gone' });
});
