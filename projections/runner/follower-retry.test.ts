import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CacheReadModel } from '../read-model.ts';
import type { Follower } from './follower.ts';
import { partitionOf } from './partition-of.ts';
import { createFollowerFixture, eventAt, type FollowerFixture } from './testing/follower-fixture.ts';

let fixture: FollowerFixture;
beforeEach(async () => {
  fixture = await createFollowerFixture();
  fixture.poison.add('4');
});
afterEach(() => fixture.stop());

const noneParked = (follower: Follower) => expect.poll(() => follower.status().parked).toBe(0);

test('a retry folds the stream in its order, up to the next event that fails', async () => {
  const { start, seen, store, parking, poison } = fixture;
  poison.add('10');
  const follower = start();
  await follower.reached(11n);
  poison.delete('4');
  follower.retry('b');
  await expect.poll(() => follower.status().parked).toBe(1);
  expect(seen().b).toBe('1 4 7');
  expect(await parking.parked(1)).toMatchObject([{ position: 10n, isCause: true, attempts: 1 }]);
  poison.delete('10');
  follower.retry('b');
  await noneParked(follower);
  expect(seen().b).toBe('1 4 7 10');
  expect(await store.checkpoint(1, 0)).toMatchObject({ position: 11n, applied: { CaseOpened: 12 } });
});

test('a retry may fail again and again, and nothing else waits for it', async () => {
  const { start, seen, parking, append } = fixture;
  const follower = start();
  await follower.reached(11n);
  for (const attempts of [6, 7, 8]) {
    follower.retry('b');
    await expect.poll(async () => (await parking.parked(1))[0]?.attempts).toBe(attempts);
  }
  append(eventAt(12));
  await follower.reached(12n);
  expect(seen()).toMatchObject({ a: '0 3 6 9 12', b: '1' });
});

test('a skipped event is passed over, and what waited behind it goes on', async () => {
  const { start, seen, skipped } = fixture;
  const follower = start();
  await follower.reached(11n);
  skipped.add('4');
  follower.retry('b');
  await noneParked(follower);
  expect(seen().b).toBe('1 7 10');
});

test('a stream that cannot be read holds up nothing, and stays parked with the error', async () => {
  const { start, seen, parking, append } = fixture;
  const follower = start(1n, {
    // biome-ignore lint/correctness/useYield: it fails before the first event
    async *readStream() {
      throw new Error('the stream cannot be read');
    },
  });
  await follower.reached(11n);
  follower.retry('b');
  append(eventAt(12));
  await follower.reached(12n);
  expect(seen().a).toBe('0 3 6 9 12');
  await expect.poll(async () => (await parking.parked(1))[0]?.error, { timeout: 5000 }).toContain('be read');
  append(eventAt(13));
  await follower.reached(13n);
  expect(follower.status().parked).toBe(4);
});

test('an event that cannot be prepared holds up nothing, and stays parked; those before it are let go', async () => {
  const { model, start, seen, parking, poison, append } = fixture;
  const preparing: CacheReadModel = {
    ...model,
    async prepare(events) {
      if (events.some(({ position }) => position === 7n)) throw new Error('the blob of 7 is gone');
      return new Map(events.map(({ id }) => [id, true]));
    },
  };
  const follower = start(1n, { model: preparing });
  await follower.reached(11n);
  poison.clear();
  follower.retry('b');
  append(eventAt(12));
  await follower.reached(12n);
  await expect
    .poll(async () => (await parking.parked(1))[0]?.error, { timeout: 5000 })
    .toBe('the blob of 7 is gone');
  expect(seen()).toMatchObject({ a: '0 3 6 9 12', b: '1 4' });
});

test('an event that the log does not have any more is not passed over silently; it can be skipped', async () => {
  const { start, seen, log, parking, skipped, poison } = fixture;
  const follower = start();
  await follower.reached(11n);
  poison.clear();
  const [gone] = log.splice(7, 1);
  expect(gone?.position).toBe(7n);
  follower.retry('b');
  await expect.poll(() => follower.status().parked).toBe(2);
  expect(seen().b).toBe('1 4');
  expect((await parking.parked(1))[0]).toMatchObject({ position: 7n, isCause: true });
  expect((await parking.parked(1))[0]?.error).toContain('does not have this event of b any more');
  skipped.add('7');
  follower.retry('b');
  await noneParked(follower);
  expect(seen().b).toBe('1 4 10');
});

test('an event that was parked before a crash and not passed yet is folded once by a retry', async () => {
  const { start, seen, store, parking, poison } = fixture;
  const dying: typeof store = {
    ...store,
    async commit(generation, commit) {
      if ((await parking.parked(1)).length > 0) throw new Error('killed');
      await store.commit(generation, commit);
    },
  };
  const first = start(1n, { store: dying });
  await expect.poll(async () => (await parking.parked(1)).length, { timeout: 5000 }).toBe(3);
  await first.stop();
  expect((await store.checkpoint(1, 0)).position).toBe(3n);
  poison.clear();
  const second = start(2n);
  second.retry('b');
  await second.reached(11n);
  await noneParked(second);
  expect(seen()).toEqual({ a: '0 3 6 9', b: '1 4 7 10', c: '2 5 8 11' });
});

test('parked events that a crash left behind after they were folded in are not folded again', async () => {
  const { start, seen, log, parking, poison, append } = fixture;
  // The name of a stream may hold what stands between it and the position.
  for (const [at, event] of log.entries()) if (event.stream === 'b') log[at] = { ...event, stream: 'b@c.d' };
  const dying: typeof parking = {
    ...parking,
    async release() {
      throw new Error('killed');
    },
  };
  const first = start(1n, { parking: dying });
  await first.reached(11n);
  poison.clear();
  first.retry('b@c.d');
  await expect.poll(() => seen()['b@c.d']).toBe('1 4 7 10');
  await first.stop();
  const second = start(2n);
  await second.reached(11n);
  expect(await parking.parked(1)).toEqual([]);
  append({ ...eventAt(13), stream: 'b@c.d' });
  await second.reached(13n);
  expect(seen()['b@c.d']).toBe('1 4 7 10 13');
});

test('two streams whose release fails are both let go, and folded once', async () => {
  const { start, seen, parking, poison } = fixture;
  poison.add('5');
  let failures = 0;
  const failing: typeof parking = {
    ...parking,
    async release(...released) {
      if (failures++ < 4) throw new Error('cannot be reached');
      await parking.release(...released);
    },
  };
  const follower = start(1n, { parking: failing });
  await follower.reached(11n);
  poison.clear();
  follower.retry('b');
  follower.retry('c');
  await expect.poll(() => follower.status().parked, { timeout: 5000 }).toBe(0);
  expect(await parking.parked(1)).toEqual([]);
  expect(seen()).toEqual({ a: '0 3 6 9', b: '1 4 7 10', c: '2 5 8 11' });
});

test('a retry is for the partition whose stream it is', async () => {
  const partitions = 2;
  const split = await createFollowerFixture(partitions);
  try {
    split.poison.add('4');
    const followers = [0, 1].map((partition) => split.start(1n, { partition }));
    await Promise.all(followers.map((follower) => follower.reached(11n)));
    split.poison.clear();
    const [own, other] = [partitionOf('b', partitions), 1 - partitionOf('b', partitions)];
    followers[other]?.retry('b');
    split.append(eventAt(12));
    await Promise.all(followers.map((follower) => follower.reached(12n)));
    expect(split.seen().b).toBe('1');
    followers[own]?.retry('b');
    await noneParked(followers[own] as Follower);
    expect(split.seen().b).toBe('1 4 7 10');
  } finally {
    await split.stop();
  }
});
