import pg from 'pg';
import { eventRegistry } from '../../../domain/registry.ts';
import { connectEventStore } from '../../../platform/clients/eventstore.ts';
import { createLogger } from '../../../platform/log.ts';
import { documentList } from '../../../projections/document-list/read-model.ts';
import { timed, timedWithCpu } from '../measure.ts';
import { createIndexes, createTables, emmettSchema, truncateTables } from './document-list.ts';
import { loadMessages } from './messages.ts';
import { rebuildByCursor, rebuildByEmmett } from './rebuild.ts';

export type EmmettRequest = {
  readonly eventStoreUrl: string;
  readonly postgresUrl: string;
  /** Emmett's own rebuild handles one event after the other: for a smaller log. */
  readonly withOwnRebuild: boolean;
};

export type EmmettMeasured = {
  /** Of Emmett's own rebuild, and how many rows its second one leaves of how many. */
  readonly own?: { readonly seconds: number; readonly rows: number; readonly rowsAfterSecond: number };
  /** Of a hand-written fold over its messages, the last to be made: its rows are there to be compared. */
  readonly cursorSeconds: number;
  readonly cursorCpuSeconds: number;
  readonly indexSeconds: number;
};

/** Runs in a process of its own. */
async function measure({
  eventStoreUrl,
  postgresUrl,
  withOwnRebuild,
}: EmmettRequest): Promise<EmmettMeasured> {
  const store = connectEventStore(eventStoreUrl, eventRegistry, createLogger('emmett', 'warn'));
  await loadMessages(store, postgresUrl, documentList.types);
  await store.close();
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  await createTables(client);
  const countRows = async () => {
    const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM "${emmettSchema}".document`);
    return Number(rows[0]?.count);
  };
  let own: EmmettMeasured['own'];
  if (withOwnRebuild) {
    const { seconds } = await timed(() => rebuildByEmmett(postgresUrl));
    const rows = await countRows();
    await rebuildByEmmett(postgresUrl);
    own = { seconds, rows, rowsAfterSecond: await countRows() };
    await truncateTables(client);
  }
  const cursor = await timedWithCpu(() => rebuildByCursor(postgresUrl));
  const indexes = await timed(() => createIndexes(client));
  await client.end();
  return {
    ...(own && { own }),
    cursorSeconds: cursor.seconds,
    cursorCpuSeconds: cursor.cpuSeconds,
    indexSeconds: indexes.seconds,
  };
}

const measured = await measure(JSON.parse(process.argv[2] ?? '{}') as EmmettRequest);
process.send?.(measured, () => process.disconnect());
