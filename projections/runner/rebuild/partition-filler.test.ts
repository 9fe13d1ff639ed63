import { expect, test } from 'vitest';
import type { RecordedEvent } from '#domain/event';
import { parkedOf } from '../parking.ts';
import { createInMemoryParking, createInMemoryStore } from '../testing/in-memory-store.ts';
import { createFillControl } from './control.ts';
import { createPartitionFiller } from './partition-filler.ts';
import { tallyEvents, tallyModel } from './tally.ts';
import { createTurns } from './turns.ts';

test('what was parked before a crash keeps its error, though another event of the same run fails now', async () => {
  const model = tallyModel('tally', ['A']);
  const poisoned = [5, 7];
  const events = tallyEvents(40, 10, ['A']).map((event, index) =>
    poisoned.includes(index) ? { ...event, data: { poison: true } } : event,
  );
  const [first, second] = poisoned.map((index) => events[index] as RecordedEvent);
  const store = createInMemoryStore(model);
  const { generation } = await store.create({ version: 1, state: 'building', partitions: 1 });
  const parking = createInMemoryParking();
  // The worker before parked the first, and ended before its checkpoint moved past it.
  const failure = { error: new Error('It was like that already.'), attempts: 5 };
  await parking.park(generation, [parkedOf(first as RecordedEvent, failure)], undefined);

  const { signal } = new AbortController();
  const filler = createPartitionFiller(
    {
      ...{ model, store, parking, generation, partitions: 1, fences: new Map([[0, 1n]]) },
      ...{ skipped: () => new Set<string>(), control: createFillControl() },
    },
    0,
    1n,
    () => -1n,
    { signal, turns: createTurns(), delay: async () => {} },
  );
  await filler.open();
  await filler.process(events, 200n);

  const parked = await parking.parked(generation);
  const causes = parked.filter(({ isCause }) => isCause);
  expect(causes.map(({ position, error }) => [position, error])).toEqual([
    [first?.position, 'It was like that already.'],
    [second?.position, 'This cannot be understood.'],
  ]);
  expect(parked).toHaveLength(8);
  expect(await store.checkpoint(generation, 0)).toMatchObject({ position: 200n, applied: { A: 32 } });
});
