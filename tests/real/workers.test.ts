import { afterAll, beforeAll, beforeEach, expect, onTestFailed, onTestFinished, test } from 'vitest';
import { writtenSchema } from '#commands/contract';
import { unitName } from '#projections/runner/unit-name';
import { projectionBoardSchema } from '#read-api/contract-projections';
import { nothingAcknowledged } from '../crash/acknowledged.ts';
import { filesWithoutEnd } from '../crash/files.ts';
import { type Load, startLoad } from '../crash/load.ts';
import type { CasefoldProcess } from '../support/casefold-process.ts';
import { healthOf } from '../support/positions.ts';
import { untilProjected } from '../support/projections.ts';
import { seededRandom } from '../support/random.ts';
import { until } from '../support/until.ts';
import { type Deployment, startDeployment } from './deployment.ts';
import { type Fleet, fleetOf } from './fleet.ts';
import { writeHistory } from './history.ts';

const workers = 3;
const partitions = 3;
/** Both can be split: one in Postgres, one in Redis. */
const split = ['case-history', 'job-status'];
const seed = Number(process.env.CASEFOLD_TEST_SEED ?? Date.now() % 1_000_000);

let deployment: Deployment;
let fleet: Fleet;
let caseId: string;
const files = filesWithoutEnd(seededRandom(seed));
const acknowledged = nothingAcknowledged();

beforeAll(async () => {
  console.log(`CASEFOLD_TEST_SEED=${seed}`);
  deployment = await startDeployment();
  fleet = fleetOf(deployment);
  await Promise.all(Array.from({ length: workers - 1 }, deployment.addWorker));
  ({ caseId } = await deployment.client('commands').openCase('Shared by several workers'));
  await writeHistory(deployment.stores.store, caseId);
});
afterAll(() => deployment?.stop());
beforeEach(() => {
  onTestFailed(() => console.log(deployment.printed().slice(-10_000)));
});

/** People at work, until the test is over: each of them has to see what they wrote. */
function peopleAtWork(): Load {
  const load = startLoad({
    writer: deployment.client('commands'),
    reader: deployment.client('read-api'),
    caseId,
    files,
    uploads: 4,
    acknowledged,
    random: seededRandom(seed + acknowledged.writes.size),
  });
  onTestFinished(async () => void (await load.stop()));
  return load;
}

/** Kills a worker, and tells how long it was until each projection had what was written afterwards. */
async function kill(worker: CasefoldProcess): Promise<void> {
  const reader = deployment.client('read-api');
  const { items } = await reader.json(projectionBoardSchema, '/api/projections');
  const ran = (await healthOf(worker)).projections.map(({ name, partition }) => `${name}:p${partition}`);
  const began = performance.now();
  const seconds = () => ((performance.now() - began) / 1000).toFixed(1);
  await worker.kill();
  const events = [{ action: 'viewed', caseId, occurredAt: new Date().toISOString() }];
  const { position } = await deployment.client('commands').json(writtenSchema, '/api/behaviour', {
    json: { events },
  });
  const names = [...new Set(items.map(({ name }) => name))];
  const lines = names.map(async (name) => {
    await untilProjected(reader, position, { names: [name] });
    const behind = Math.max(...items.filter((item) => item.name === name).map(({ lagEvents }) => lagEvents));
    return `${seconds()} s ${name}, ${behind} events behind when it was killed`;
  });
  console.log(`A worker was killed that ran ${ran.join(', ')}. What was written after that was in`);
  console.log((await Promise.all(lines)).toSorted(byNumber).join('\n'));
}

const byNumber = (one: string, other: string) => Number.parseFloat(one) - Number.parseFloat(other);

const live = async (projection: string) => {
  const [item] = (await fleet.detail(projection)).status;
  const found = item?.generations.find(({ state }) => state === 'live');
  if (!found) throw new Error(`${projection} has no live generation.`);
  return found;
};

async function expectAllEqual(): Promise<void> {
  const ends = await fleet.ended(await fleet.ask('verify', {}));
  expect(
    Object.fromEntries([...ends].map(([name, { outcome, message }]) => [name, message ?? outcome])),
  ).toEqual(Object.fromEntries([...ends.keys()].map((name) => [name, 'equal'])));
  expect(ends.size).toBeGreaterThan(split.length);
}

test('each live partition is run by one worker, none runs many more, and the board says which', async () => {
  await untilProjected(deployment.client('read-api'), await deployment.stores.store.headPosition());
  await fleet.even();
  const items = await fleet.shared();
  expect(items.map(({ partitions: of }) => of)).toEqual(items.map(() => 1));
  expect(items.map((item) => fleet.workerOf(item)?.pid)).not.toContain(undefined);
});

test('a rebuild splits projections into partitions that the workers share', async () => {
  const load = peopleAtWork();
  await load.answered(2);
  const ends = await fleet.ended(await fleet.ask('rebuild', { projections: split, partitions }));
  for (const name of split) {
    expect(ends.get(name)).toMatchObject({
      outcome: 'switched',
      certificate: { comparison: { equal: true } },
    });
  }
  await load.answered(2);
  expect(await load.stop()).toEqual([]);
  const items = await fleet.shared();
  for (const name of split) {
    const own = items.filter((item) => item.name === name);
    expect(own.map(({ partition }) => partition)).toEqual([0, 1, 2]);
    expect(new Set(own.map(({ worker }) => worker)).size).toBeGreaterThan(1);
  }
});

test('what a killed worker ran is taken over, nothing is lost or doubled, and a new worker takes its part', async () => {
  const items = await fleet.shared();
  const victim = fleet.workerOf(items.find(({ name }) => name === split[0]) ?? { worker: '' });
  const load = peopleAtWork();
  await load.answered(2);
  await kill(victim as CasefoldProcess);
  await load.answered(2);
  expect(await load.stop()).toEqual([]);
  const after = await fleet.shared();
  expect(after.map(({ name, partition }) => [name, partition])).toEqual(
    items.map(({ name, partition }) => [name, partition]),
  );
  await deployment.addWorker();
  const began = performance.now();
  await fleet.even();
  console.log(
    `A worker that was added had its part within ${((performance.now() - began) / 1000).toFixed(1)} s.`,
  );
});

test('a rebuild whose worker is killed goes on in another one', async () => {
  const projection = split[0] ?? '';
  const before = await live(projection);
  // Slow enough that it has a middle.
  const asked = await fleet.ask('rebuild', { projections: [projection], throttle: 300 });
  const generation = before.generation + 1;
  const worker = await until('the rebuild is under way', async () => {
    const positions = await deployment.stores.postgres.pool.query<{ position: string }>(
      'SELECT position FROM control.projection_checkpoint WHERE name = $1 AND generation = $2',
      [projection, generation],
    );
    const isUnderWay = positions.rows.some(({ position }) => Number(position) >= 0);
    return isUnderWay && fleet.holderOf(unitName(projection, generation, 0));
  });
  const load = peopleAtWork();
  await kill(worker);
  const next = await until('another worker goes on', () =>
    fleet.holderOf(unitName(projection, generation, 0)),
  );
  expect(next.pid).not.toBe(worker.pid);
  await fleet.decide(projection, 'rebuild/throttle');
  const ends = await fleet.ended(asked);
  expect(ends.get(projection)).toMatchObject({
    outcome: 'switched',
    certificate: { generation, comparison: { equal: true } },
  });
  expect(await load.stop()).toEqual([]);
  await deployment.addWorker();
});

test('a rollback while several workers follow, and nothing is wrong in the end', async () => {
  const projection = split[0] ?? '';
  const now = await live(projection);
  const load = peopleAtWork();
  await load.answered(2);
  await fleet.decide(projection, 'rollback');
  await until('it is rolled back', async () => {
    const { switched, switchTo } = (await fleet.detail(projection)).decided;
    return switched?.from === now.generation && switchTo === undefined;
  });
  await load.answered(2);
  expect(await load.stop()).toEqual([]);
  await fleet.shared();
  expect((await live(projection)).generation).toBe(now.generation - 1);
  await untilProjected(deployment.client('read-api'), await deployment.stores.store.headPosition());
  await expectAllEqual();
});
