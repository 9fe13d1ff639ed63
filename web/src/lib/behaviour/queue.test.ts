import { expect, test } from 'vitest';
import type { BehaviourEntry } from '#domain/behaviour/events';
import { type Batch, BehaviourQueue, type Outcome } from './queue.ts';
import { createShelf } from './shelf.ts';

const entry = (documentId: string): BehaviourEntry => ({
  action: 'viewed',
  documentId,
  occurredAt: '2026-01-01T10:00:00.000Z',
});

/** Storage as a browser keeps it, for as many pages as wish. */
function createStorage(): Storage {
  const values: Record<string, string> = {};
  const methods = {
    getItem: (key: string) => values[key] ?? null,
    setItem: (key: string, value: string) => {
      values[key] = value;
    },
    removeItem: (key: string) => {
      delete values[key];
    },
  };
  return new Proxy(values, {
    get: (_, key) => Reflect.get(methods, key) ?? Reflect.get(values, key),
  }) as unknown as Storage;
}

/** A server that counts each batch once, and a network that can be cut. */
function createWorld() {
  const storage = createStorage();
  const counted = new Map<string, readonly BehaviourEntry[]>();
  const timers = new Set<() => void>();
  let network: 'up' | 'cut' | 'answers-are-lost' = 'up';
  let refusing = false;
  let id = 0;

  const take = (batch: Batch) => void counted.set(batch.batchId, counted.get(batch.batchId) ?? batch.events);
  async function send(batch: Batch): Promise<Outcome> {
    if (network === 'cut') return 'away';
    if (refusing) return 'refused';
    take(batch);
    return network === 'up' ? 'taken' : 'away';
  }
  const page = (userId = 'ada') => {
    const shelf = createShelf(storage, userId);
    const queue = new BehaviourQueue({
      shelf,
      send,
      handOver(batch) {
        if (network !== 'cut') take(batch);
        return true;
      },
      newBatchId: () => String(id++).padStart(4, '0'),
      later(callback) {
        timers.add(callback);
        return () => timers.delete(callback);
      },
    });
    return { queue, shelf };
  };
  return {
    page,
    storage,
    timers,
    /** The documents viewed, as the server counted them. */
    counted: () => [...counted.values()].flat().map(({ documentId }) => documentId),
    set(next: typeof network) {
      network = next;
    },
    refuse() {
      refusing = true;
    },
    /** What was to happen later happens now. */
    async later() {
      const due = [...timers];
      timers.clear();
      for (const callback of due) callback();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('what is done in a moment is sent together', async () => {
  const world = createWorld();
  const { queue } = world.page();
  for (const each of ['a', 'b', 'c']) queue.record(entry(each));
  expect(world.counted()).toEqual([]);
  await world.later();
  expect(world.counted()).toEqual(['a', 'b', 'c']);
  expect(Object.keys(world.storage)).toEqual([]);
});

test('what is done without a network is kept, and counts once when the network is back', async () => {
  const world = createWorld();
  world.set('cut');
  const { queue, shelf } = world.page();
  queue.record(entry('a'));
  await queue.flush();
  queue.record(entry('b'));
  await queue.flush();
  expect(shelf.list()).toHaveLength(2);
  world.set('up');
  await world.later();
  expect(world.counted()).toEqual(['a', 'b']);
  expect(shelf.list()).toEqual([]);
});

test('an answer that is lost on the way makes nothing count twice', async () => {
  const world = createWorld();
  world.set('answers-are-lost');
  const { queue } = world.page();
  queue.record(entry('a'));
  await queue.flush();
  world.set('up');
  await queue.flush();
  expect(world.counted()).toEqual(['a']);
});

test('what is handed over as the page goes is on the shelf for the next page, and counts once', async () => {
  const world = createWorld();
  const first = world.page();
  first.queue.record(entry('a'));
  first.queue.leave();
  expect(world.counted()).toEqual(['a']);
  const next = world.page();
  expect(next.shelf.list()).toHaveLength(1);
  await next.queue.flush();
  expect(world.counted()).toEqual(['a']);
  expect(next.shelf.list()).toEqual([]);
});

test('a page that went without a network is made up for by the next', async () => {
  const world = createWorld();
  world.set('cut');
  const first = world.page();
  first.queue.record(entry('a'));
  first.queue.leave();
  world.set('up');
  await world.page().queue.flush();
  expect(world.counted()).toEqual(['a']);
});

test('what one person did is not sent by another', async () => {
  const world = createWorld();
  world.set('cut');
  const ada = world.page('ada');
  ada.queue.record(entry('a'));
  await ada.queue.flush();
  world.set('up');
  await world.page('ben').queue.flush();
  expect(world.counted()).toEqual([]);
});

test('a batch that is refused is not sent again', async () => {
  const world = createWorld();
  world.refuse();
  const { queue, shelf } = world.page();
  queue.record(entry('a'));
  await queue.flush();
  expect(shelf.list()).toEqual([]);
  expect(world.timers.size).toBe(0);
});

test('a shelf is bounded, and gives up the oldest first', async () => {
  const world = createWorld();
  world.set('cut');
  const { queue, shelf } = world.page();
  for (let at = 0; at < 70; at++) {
    queue.record(entry(`d${at}`));
    await queue.flush();
  }
  expect(shelf.list()).toHaveLength(60);
  expect(shelf.list()[0]?.events[0]?.documentId).toBe('d10');
});

test('a full batch does not wait, and none is larger than a browser sends for a page that is gone', async () => {
  const world = createWorld();
  world.set('cut');
  const { queue, shelf } = world.page();
  for (let at = 0; at < 120; at++) queue.record({ ...entry(`d${at}`), query: '案'.repeat(900) });
  queue.leave();
  const sizes = shelf.list().map((batch) => new TextEncoder().encode(JSON.stringify(batch)).length);
  expect(sizes.length).toBeGreaterThan(5);
  expect(Math.max(...sizes)).toBeLessThan(64 * 1024);
  expect(shelf.list().flatMap(({ events }) => events)).toHaveLength(120);
});

test('without storage, or with what nobody understands in it, the page goes on', async () => {
  const world = createWorld();
  world.storage.setItem('casefold.behaviour.ada.0000', '{"not":"a batch"');
  expect(createShelf(world.storage, 'ada').list()).toEqual([]);
  expect(Object.keys(world.storage)).toEqual([]);
  const shelf = createShelf(undefined, 'ada');
  shelf.put({ batchId: '1', events: [entry('a')] });
  expect(shelf.list()).toHaveLength(1);
});
