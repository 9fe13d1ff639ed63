import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { getPostgreSQLEventStore, postgreSQLEventStoreConsumer } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';
import { createTables, documentListProjection, emmettSchema } from './document-list.ts';

export type EmmettLiveRequest = { readonly postgresUrl: string; readonly probes: number };

/** Milliseconds from each append until a SELECT finds its row. */
export type EmmettLive = { readonly visible: readonly number[] };

/** As long as Emmett may rest between two looks at its table: so an append may come at any moment of it. */
const mostPauseMs = 1000;

/** Runs in a process of its own: Emmett's consumer with its own settings, and appends now and then. */
async function probe({ postgresUrl, probes }: EmmettLiveRequest): Promise<EmmettLive> {
  const store = getPostgreSQLEventStore(postgresUrl);
  await store.schema.migrate();
  const reader = new pg.Client({ connectionString: postgresUrl });
  await reader.connect();
  await createTables(reader);
  const consumer = postgreSQLEventStoreConsumer({ connectionString: postgresUrl });
  consumer.projector({ projection: documentListProjection });
  void consumer.start();
  const visible: number[] = [];
  for (let number = 0; number < probes; number++) {
    await pause(Math.random() * mostPauseMs);
    const documentId = randomUUID();
    const began = performance.now();
    await store.appendToStream(`document-${documentId}`, [upload(documentId)]);
    for (let found = 0; found === 0; ) {
      const text = `SELECT 1 FROM "${emmettSchema}".document WHERE document_id = $1`;
      const { rowCount } = await reader.query({ name: 'is there', text, values: [documentId] });
      found = rowCount ?? 0;
    }
    visible.push(performance.now() - began);
  }
  await consumer.close();
  await store.close();
  await reader.end();
  return { visible };
}

function upload(documentId: string) {
  const caseId = 'probes';
  const file = { fileName: 'probe.pdf', sha256: '0'.repeat(64), size: 1000, mediaType: 'application/pdf' };
  const created = new Date().toISOString();
  const actor = { kind: 'person', id: 'user-0' };
  const ids = { correlationId: documentId, causationId: documentId };
  return {
    type: 'DocumentUploaded',
    data: { documentId, caseId, ...file },
    metadata: { caseId, actor, ...ids, schemaVersion: 1, occurredAt: created, created },
  };
}

const probed = await probe(JSON.parse(process.argv[2] ?? '{}') as EmmettLiveRequest);
process.send?.(probed, () => process.disconnect());
