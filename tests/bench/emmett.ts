import pg from 'pg';
import { documentList } from '#projections/document-list/read-model';
import { generationSchema } from '#projections/runner/postgres/names';
import { startGeneratedLog } from './bench-log.ts';
import { startPostgres } from './bench-postgres.ts';
import type { Benchmark, Measured } from './benchmark.ts';
import type { EmmettMeasured, EmmettRequest } from './emmett/emmett-main.ts';
import { installEmmett } from './emmett/install.ts';
import { fillInProcess } from './fill-process.ts';
import { inProcess } from './in-process.ts';
import { digits, perSecond, times } from './measure.ts';

/** For Emmett's own rebuild, which has no batches and takes minutes for many more. */
const fewEvents = 50_000;
const emmettSchema = 'emmett';
const emmettMain = new URL('./emmett/emmett-main.ts', import.meta.url);

/**
 * `document-list` from the same events on the same PostgreSQL: by Emmett's own rebuild and by a hand-written batch fold
 * over Emmett's tables, against ours from the log over its wire. All use the same fold, and must end with equal rows.
 */
export const emmett: Benchmark = async (_, { events }) => {
  const version = installEmmett();
  const few = await compare(Math.min(events, fewEvents), true);
  const many = events > fewEvents ? await compare(events, false) : few;
  const lines: Measured[] = [];
  if (few.own) {
    const { seconds, rows, rowsAfterSecond } = few.own;
    const rate = few.types / seconds;
    lines.push({
      name: `Emmett ${version}, its own rebuild of document-list, ${few.types} events`,
      figure: perSecond(rate, 'events'),
      ratio: `ours is ${times(few.ours / rate, 'it')}; its second rebuild leaves ${rowsAfterSecond} of ${rows} documents`,
    });
  }
  const byHand = many.types / many.cursorSeconds;
  const cpuOf = (seconds: number) => `${digits((seconds * 1e6) / many.types)} µs of the processor each`;
  lines.push(
    {
      name: `Emmett's messages by a cursor, folded in batches by hand, ${many.types} events`,
      figure: `${perSecond(byHand, 'events')}, ${cpuOf(many.cursorCpuSeconds)} (${digits(many.cursorSeconds)} s, ${digits(many.cursorSeconds + many.indexSeconds)} s with indexes)`,
      ratio: 'the peer',
    },
    {
      name: `Our rebuild of document-list, ${many.types} events, ${many.server}`,
      figure: `${perSecond(many.ours, 'events')}, ${cpuOf(many.oursCpuSeconds)} (${digits(many.types / many.ours)} s, ${digits(many.oursWithIndexes)} s with indexes)`,
      ratio: `${times(many.ours / byHand, 'the peer')}; ${many.rows} rows in each, all equal`,
    },
  );
  return lines;
};

type Compared = EmmettMeasured & {
  /** Events of the types that the read model takes. */
  readonly types: number;
  readonly ours: number;
  readonly oursWithIndexes: number;
  readonly oursCpuSeconds: number;
  readonly rows: number;
  readonly server: string;
};

async function compare(events: number, withOwnRebuild: boolean): Promise<Compared> {
  const log = await startGeneratedLog(events);
  const postgres = await startPostgres();
  if (postgres.isEmbedded) throw new Error('Emmett wants several sessions: a real PostgreSQL is needed.');
  const client = new pg.Client({ connectionString: postgres.url });
  try {
    await client.connect();
    const { generations, seconds, cpuSeconds, finishSeconds } = await fillInProcess(log, postgres.url, [
      documentList.name,
    ]);
    const request: EmmettRequest = { eventStoreUrl: log.url, postgresUrl: postgres.url, withOwnRebuild };
    const measured = await inProcess<EmmettRequest, EmmettMeasured>(emmettMain, request);
    const rows = await requireEqual(client, generations[documentList.name] ?? 0);
    const { rows: counted } = await client.query<{ count: string }>('SELECT count(*) FROM emt_messages');
    const types = Number(counted[0]?.count);
    const oursWithIndexes = seconds + finishSeconds;
    const ours = { ours: types / seconds, oursCpuSeconds: cpuSeconds, oursWithIndexes };
    return { ...measured, ...ours, types, rows, server: postgres.version };
  } finally {
    await client.end();
    await postgres.stop();
    await log.stop();
  }
}

/** @returns how many rows there are @throws {Error} if a row of one is not in the other */
async function requireEqual(client: pg.Client, generation: number): Promise<number> {
  let rows = 0;
  for (const { name } of documentList.parts) {
    const ours = `SELECT to_jsonb(row) FROM "${generationSchema(documentList.name, generation)}"."${name}" row`;
    const theirs = `SELECT to_jsonb(row) FROM "${emmettSchema}"."${name}" row`;
    const { rows: found } = await client.query<{ rows: string; differing: string }>(
      `SELECT (SELECT count(*) FROM (${ours}) every) AS rows,
        (SELECT count(*) FROM (((${ours}) EXCEPT ALL (${theirs})) UNION ALL ((${theirs}) EXCEPT ALL (${ours}))) other) AS differing`,
    );
    const { rows: count, differing } = found[0] ?? {};
    if (Number(differing) !== 0) throw new Error(`${differing} rows of ${name} differ.`);
    rows += Number(count);
  }
  return rows;
}
