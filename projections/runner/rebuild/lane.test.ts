import { setImmediate as nextRound } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createInMemoryParking, createInMemoryStore } from '../testing/in-memory-store.ts';
import { createFillControl } from './control.ts';
import { fillGenerations } from './fill.ts';
import { createMemoryLog } from './memory-log.ts';
import { tallyEvents, tallyModel } from './tally.ts';
import type { FillTarget } from './target.ts';

const model = tallyModel('tally', ['A', 'B']);

/** A generation to be filled; `beforeOpen` holds it up. */
async function targetOf(beforeOpen: () => Promise<void> = async () => {}): Promise<FillTarget> {
  const store = createInMemoryStore(model);
  const { generation } = await store.create({ version: 1, state: 'building', partitions: 1 });
  return {
    model,
    store: {
      ...store,
      async open(...opened) {
        await beforeOpen();
        return store.open(...opened);
      },
    },
    parking: createInMemoryParking(),
    generation,
    partitions: 1,
    fences: new Map([[0, 1n]]),
    skipped: () => new Set(),
    control: createFillControl(),
  };
}

test('one that was paused before the scan began takes none of the others out of it', async () => {
  const paused = await targetOf();
  const other = await targetOf(async () => {
    // The first is ready by now, and waits for this one.
    await nextRound();
    paused.control.set({ paused: true });
  });
  const { scan, scans } = createMemoryLog(tallyEvents(300));
  const outcomes = await fillGenerations({
    scan,
    targets: [paused, other],
    signal: new AbortController().signal,
    onOutcome: (target) => target === other && paused.control.set({ paused: false }),
  });
  const filled = { status: 'filled', upTo: 897n };
  expect([outcomes.get(paused), outcomes.get(other)]).toEqual([filled, filled]);
  expect(scans.map(({ read }) => read)).toEqual([300, 300]);
});
