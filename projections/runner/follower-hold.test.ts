import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFollowerFixture, eventAt, type FollowerFixture } from './testing/follower-fixture.ts';

let fixture: FollowerFixture;
beforeEach(async () => {
  fixture = await createFollowerFixture();
});
afterEach(() => fixture.stop());

test('holds still while it is asked to, and then goes on', async () => {
  const { start, seen, append } = fixture;
  const follower = start();
  await follower.reached(11n);
  const [one, two] = [await follower.hold(), await follower.hold()];
  append(eventAt(12));
  expect(follower.status()).toMatchObject({ state: 'paused', position: 11n });
  one.letGo();
  one.letGo();
  const three = await follower.hold();
  expect(follower.status()).toMatchObject({ state: 'paused', position: 11n });
  two.letGo();
  three.letGo();
  await follower.reached(12n);
  expect(seen().a).toBe('0 3 6 9 12');
});

test('is running again after it was held, though nothing comes', async () => {
  const follower = fixture.start();
  await follower.reached(11n);
  const held = await follower.hold();
  held.letGo();
  await expect.poll(() => follower.status().state).toBe('running');
});

test('its checkpoint is where it stands', async () => {
  const { start, store, append } = fixture;
  const follower = start();
  await follower.reached(11n);
  append({ ...eventAt(12), type: 'SomethingElse' });
  await follower.reached(12n);
  await follower.hold();
  expect((await store.checkpoint(1, 0)).position).toBe(12n);
});

test('while held it goes on to exactly where it is sent, and stays', async () => {
  const { start, seen, store } = fixture;
  const follower = start();
  const held = await follower.hold();
  expect(held.position()).toBe(-1n);
  await held.advanceTo(4n);
  expect(held.position()).toBe(4n);
  expect(seen()).toEqual({ a: '0 3', b: '1 4', c: '2' });
  expect((await store.checkpoint(1, 0)).position).toBe(4n);
  await expect(held.advanceTo(3n)).rejects.toThrow('passed');
  await held.advanceTo(4n);
  // Somebody who has it stand still wherever it is, is no hindrance; somebody who has it stand just here is.
  const other = await follower.hold();
  await held.advanceTo(5n);
  await expect(other.advanceTo(6n)).rejects.toThrow('Somebody else holds it');
  other.letGo();
  expect(follower.status().position).toBe(5n);
  const never = held.advanceTo(99n);
  held.letGo();
  await expect(never).rejects.toThrow('let go');
  await follower.reached(11n);
  const atTheEnd = await follower.hold();
  await follower.stop();
  await expect(atTheEnd.advanceTo(99n)).rejects.toThrow('ended');
});

test('a retry that is asked for while it is held is done afterwards', async () => {
  const { start, seen, poison } = fixture;
  poison.add('4');
  const follower = start();
  await follower.reached(11n);
  const held = await follower.hold();
  poison.clear();
  follower.retry('b');
  // Held once more: it has heard of the retry, and stands still again.
  (await follower.hold()).letGo();
  expect(seen().b).toBe('1');
  held.letGo();
  await expect.poll(() => seen().b).toBe('1 4 7 10');
});

test('stands still while the store is away, and ends when it is stopped', async () => {
  const { start, store } = fixture;
  const away: typeof store = {
    ...store,
    async open() {
      throw new Error('the store is away');
    },
    isTransient: () => true,
  };
  const follower = start(1n, { store: away });
  await expect.poll(() => follower.status().state).toBe('retrying');
  await follower.hold();
  expect(follower.status().state).toBe('paused');
  const waiting = follower.reached(5n);
  await follower.stop();
  await waiting;
  await follower.hold();
  await follower.reached(6n);
  expect(follower.status().state).toBe('stopped');
});
