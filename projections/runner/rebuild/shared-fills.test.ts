import { expect, test } from 'vitest';
import type { CacheReadModel } from '../../read-model.ts';
import { createInMemoryParking, createInMemoryStore } from '../testing/in-memory-store.ts';
import { createFillControl } from './control.ts';
import { createMemoryLog } from './memory-log.ts';
import { createSharedFills } from './shared-fills.ts';
import { tallyEvents, tallyModel } from './tally.ts';
import type { FillProgress, FillTarget } from './target.ts';

const events = tallyEvents(300);
const upTo = events.at(-1)?.position;
/** As short as can be: those that are asked for in one turn of the process still belong together. */
const waitMs = 1;

async function targetOf(model: CacheReadModel, change: Partial<FillTarget> = {}): Promise<FillTarget> {
  const store = createInMemoryStore(model);
  const { generation } = await store.create({ version: 1, state: 'building', partitions: 1 });
  return {
    model,
    store,
    parking: createInMemoryParking(),
    generation,
    partitions: 1,
    fences: new Map([[0, 1n]]),
    skipped: () => new Set(),
    control: createFillControl(),
    ...change,
  };
}

function fixture() {
  const log = createMemoryLog(events);
  return { log, fills: createSharedFills(log.scan, waitMs) };
}
const nothing = () => {};

test('those that belong together are filled from one scan, and each hears of itself alone', async () => {
  const { log, fills } = fixture();
  const targets = await Promise.all([
    targetOf(tallyModel('a', ['A'])),
    targetOf(tallyModel('b', ['B', 'C'])),
  ]);
  const heard = targets.map((): FillProgress[] => []);
  const outcomes = await Promise.all(
    targets.map((target, index) => fills.fill('all', target, (progress) => heard[index]?.push(progress))),
  );
  expect(outcomes).toEqual(targets.map(() => ({ status: 'filled', upTo })));
  expect(log.scans).toMatchObject([{ types: ['A', 'B', 'C'], read: events.length }]);
  for (const [index, target] of targets.entries()) {
    expect(new Set(heard[index]?.map((progress) => progress.target))).toEqual(new Set([target]));
    const read = heard[index]?.reduce((sum, progress) => sum + progress.read, 0);
    expect(read).toBe(events.filter(({ type }) => target.model.types.includes(type)).length);
  }
});

test('others have a scan of their own, and so has one that comes when the scan has begun', async () => {
  const { log, fills } = fixture();
  const model = tallyModel('a', ['A']);
  await Promise.all([
    fills.fill('one', await targetOf(model), nothing),
    fills.fill('other', await targetOf(model), nothing),
  ]);
  expect(log.scans).toHaveLength(2);
  expect(await fills.fill('one', await targetOf(model), nothing)).toEqual({ status: 'filled', upTo });
  expect(log.scans).toHaveLength(3);
});

test('one that fails, or is given up before it has begun, leaves the others to go on', async () => {
  const { fills } = fixture();
  const model = tallyModel('a', ['A']);
  const broken = await targetOf(model);
  const gone = await targetOf(model, { signal: AbortSignal.abort(new Error('cancelled')) });
  await broken.store.drop(broken.generation);
  const outcomes = await Promise.all(
    [broken, gone, await targetOf(model)].map((target) => fills.fill('all', target, nothing)),
  );
  expect(outcomes).toEqual([
    { status: 'failed', error: expect.objectContaining({ message: 'There is no generation 1.' }) },
    { status: 'failed', error: expect.objectContaining({ message: 'cancelled' }) },
    { status: 'filled', upTo },
  ]);
});

test('all end at once when the process does, those that wait to begin too', async () => {
  const { fills } = fixture();
  const model = tallyModel('a', ['A']);
  const paused = await targetOf(model, { control: createFillControl({ paused: true }) });
  const filling = [fills.fill('one', paused, nothing), fills.fill('other', await targetOf(model), nothing)];
  fills.stop();
  for (const outcome of await Promise.all(filling)) expect(outcome.status).toBe('failed');
});
