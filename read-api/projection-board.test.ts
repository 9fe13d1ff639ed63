import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryBus } from '#engines/bus/memory-bus';
import { createLogger } from '#platform/log';
import type { Bus } from '#platform/ports';
import {
  projectionStatusSubject,
  type RebuildStatus,
  rebuildStatusSubject,
} from '#projections/runner/status';
import { projectionStatus } from '#tests/support/projection-status';
import { until } from '#tests/support/until';
import { createProjectionBoard, type ProjectionBoard } from './projection-board.ts';

const log = createLogger('test', 'silent');
let bus: Bus;
let board: ProjectionBoard;
let now: number;
let told: number;

beforeEach(async () => {
  now = Date.UTC(2026, 10, 25);
  told = 0;
  bus = createMemoryBus({ onError: (error) => expect.unreachable(String(error)) });
  board = await createProjectionBoard(bus, log, () => now);
});
afterEach(async () => {
  await board.close();
  await bus.close();
});

/** Resolves when the board has heard it. */
async function tell(changes: Parameters<typeof projectionStatus>[0]) {
  await bus.publish(projectionStatusSubject, projectionStatus(changes));
  const mark = `mark-${told++}`;
  await bus.publish(projectionStatusSubject, projectionStatus({ name: mark }));
  await until('the board has heard', () => board.items().some(({ name }) => name === mark));
}
const shown = () => board.items().filter(({ name }) => !name.startsWith('mark-'));

test('shows what was heard last of each partition, by name', async () => {
  await tell({ name: 'b', position: '1' });
  await tell({ name: 'a', partition: 1, partitions: 2 });
  await tell({ name: 'a', partition: 0, partitions: 2 });
  await tell({ name: 'b', position: '2' });
  expect(shown().map(({ name, partition, position }) => [name, partition, position])).toEqual([
    ['a', 0, '900'],
    ['a', 1, '900'],
    ['b', 0, '2'],
  ]);
});

test('what nobody has told of for five seconds is waiting, with the numbers of then', async () => {
  await tell({});
  now += 4999;
  expect(shown()).toMatchObject([{ state: 'running', stale: false }]);
  now += 1;
  expect(shown()).toMatchObject([
    { state: 'waiting', stale: true, position: '900', heardAt: '2026-11-25T00:00:00.000Z' },
  ]);
  await tell({ worker: 'w2' });
  expect(shown()).toMatchObject([{ state: 'running', stale: false, worker: 'w2' }]);
});

test('a worker that waits for the lease does not hide the one that has it, until that one falls silent', async () => {
  await tell({ worker: 'w1' });
  await tell({ worker: 'w2', state: 'waiting' });
  expect(shown()).toMatchObject([{ worker: 'w1', state: 'running' }]);
  now += 6000;
  await tell({ worker: 'w2', state: 'waiting' });
  expect(shown()).toMatchObject([{ worker: 'w2', state: 'waiting', stale: false }]);
});

test('partitions of a generation that is not live any more are forgotten', async () => {
  for (const partition of [0, 1, 2]) await tell({ partition, partitions: 3 });
  await tell({ generation: 2 });
  expect(shown()).toMatchObject([{ generation: 2, partition: 0 }]);
});

test('what is not understood is passed over', async () => {
  await bus.publish(projectionStatusSubject, { name: 'odd' });
  await tell({});
  expect(shown()).toHaveLength(1);
});

test('a rebuild is shown with every partition, whoever tells of it, until nobody does', async () => {
  const rebuild: RebuildStatus = {
    rebuildId: 'r1',
    generation: 2,
    purpose: 'rebuild',
    phase: 'scanning',
    paused: false,
    progress: 0.25,
    position: '225',
    eventsRead: 225,
    eventsApplied: 225,
    rate: 90,
  };
  await bus.publish(rebuildStatusSubject, { projection: 'a', rebuild });
  await bus.publish(rebuildStatusSubject, { projection: 'a', rebuild: 'nonsense' });
  await tell({ name: 'a', partition: 0, partitions: 2 });
  await tell({
    name: 'a',
    partition: 1,
    partitions: 2,
    worker: 'w2',
    rebuild: { ...rebuild, progress: 0.5 },
  });
  await tell({ name: 'b' });
  const told = () => shown().map(({ rebuild: each }) => each?.progress);
  expect(told()).toEqual([0.25, 0.5, undefined]);
  now += 2499;
  expect(told()).toEqual([0.25, 0.5, undefined]);
  now += 1;
  expect(told()).toEqual([undefined, 0.5, undefined]);
});
