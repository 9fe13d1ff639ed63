import { isDeepStrictEqual } from 'node:util';
import { and, eq, gt, sql } from 'drizzle-orm';
import { endOf, type RebuildOutcome } from '#cli/projections/wait-for-rebuild';
import { writtenSchema } from '#commands/contract';
import { type RebuildsRequested, rebuildsRequestedSchema } from '#commands/contract-projections';
import { projectionLease } from '#projections/runner/control-tables';
import {
  type ProjectionDetail,
  type ProjectionItem,
  projectionBoardSchema,
  projectionDetailSchema,
} from '#read-api/contract-projections';
import type { CasefoldProcess } from '../support/casefold-process.ts';
import { patientClient } from '../support/patient-client.ts';
import { healthOf } from '../support/positions.ts';
import { until } from '../support/until.ts';
import type { Deployment } from './deployment.ts';

/** The workers of a deployment together, as people see and steer them. */
export type Fleet = {
  /** Resolves when each partition of each live generation is run by one worker, and the board says by which. */
  shared(): Promise<readonly ProjectionItem[]>;
  /** Resolves when no worker runs two partitions more than another. */
  even(): Promise<readonly number[]>;
  detail(projection: string): Promise<ProjectionDetail>;
  ask(what: 'rebuild' | 'verify', body: object): Promise<RebuildsRequested>;
  /** `rollback`, `rebuild/throttle` … */
  decide(projection: string, action: string, body?: object): Promise<unknown>;
  /** Resolves when rebuilds or checks have ended. */
  ended(
    asked: RebuildsRequested,
  ): Promise<ReadonlyMap<string, Omit<RebuildOutcome, 'projection' | 'rebuildId'>>>;
  /** Who holds a lease; undefined while nobody does. */
  holderOf(unit: string): Promise<CasefoldProcess | undefined>;
  /** The worker of an item of the board. */
  workerOf(item: Pick<ProjectionItem, 'worker'>): CasefoldProcess | undefined;
};

export function fleetOf(deployment: Deployment): Fleet {
  const { stores } = deployment;
  const read = patientClient(deployment.client('read-api'));
  const write = deployment.client('commands');
  const processes = () => [...deployment.workers(), deployment.role('gpu-runner')];
  const processNamed = (worker: string) => processes().find(({ pid }) => pid === pidIn(worker));
  const detail = (projection: string) => read.json(projectionDetailSchema, `/api/projections/${projection}`);

  return {
    shared: () =>
      until('each partition is run by one worker', async () => {
        const { items, unheard } = await read.json(projectionBoardSchema, '/api/projections');
        const told = items.map((item) => `${unitOf(item)} by ${pidIn(item.worker)}`).sort();
        // A partition that two of them run is there twice.
        const claims = await Promise.all(
          processes().map(async (process) =>
            (await healthOf(process)).projections.map((unit) => `${unitOf(unit)} by ${process.pid}`),
          ),
        );
        const wrong = {
          unheard,
          notWell: items.filter(({ stale, state }) => stale || state !== 'running').map(unitOf),
          incomplete: items.filter((item) => partitionsOf(items, item) !== item.partitions).map(unitOf),
          told,
          claimed: claims.flat().sort(),
        };
        const isWell = [wrong.unheard, wrong.notWell, wrong.incomplete].every(({ length }) => length === 0);
        if (isWell && isDeepStrictEqual(wrong.told, wrong.claimed)) return items;
        throw new Error(JSON.stringify(wrong));
      }),
    even: () =>
      until('the workers run as much as each other', async () => {
        const healths = await Promise.all(deployment.workers().map(healthOf));
        const runs = healths.map(({ projections }) => projections.length);
        if (Math.max(...runs) - Math.min(...runs) < 2) return runs;
        throw new Error(`They run ${runs.join(', ')}.`);
      }),
    detail,
    ask: (what, body) => write.json(rebuildsRequestedSchema, `/api/projections/${what}`, { json: body }),
    decide: (projection, action, json = {}) =>
      write.json(writtenSchema, `/api/projections/${projection}/${action}`, { method: 'POST', json }),
    async ended({ rebuilds }) {
      const ends = rebuilds.map(async ({ projection, rebuildId }) => {
        const end = await until(`the rebuild of ${projection} has ended`, async () =>
          endOf(await detail(projection), rebuildId),
        );
        return [projection, end] as const;
      });
      return new Map(await Promise.all(ends));
    },
    async holderOf(unit) {
      const { holder, expiresAt } = projectionLease;
      const [lease] = await stores.postgres.db
        .select({ holder })
        .from(projectionLease)
        .where(and(eq(projectionLease.unit, unit), gt(expiresAt, sql`clock_timestamp()`)));
      return lease && processNamed(lease.holder);
    },
    workerOf: ({ worker }) => processNamed(worker),
  };
}

/** A worker names itself by its host, its process and something of its own. */
const pidIn = (worker: string) => Number(worker.split('-').at(-2));

const unitOf = ({ name, partition }: { readonly name: string; readonly partition: number }) =>
  `${name}:p${partition}`;

const partitionsOf = (items: readonly ProjectionItem[], { name, generation }: ProjectionItem) =>
  items.filter((each) => each.name === name && each.generation === generation).length;
