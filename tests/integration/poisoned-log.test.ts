import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { migrateControlPlane } from '#cli/migrate';
import type { RecordedEvent } from '#domain/event';
import { postgresEngine } from '#engines/postgres/spec';
import { superviseEngines } from '#engines/supervisor/supervise';
import { connectPostgres } from '#platform/clients/postgres';
import { createLogger } from '#platform/log';
import { activityMetrics } from '#projections/activity-metrics/read-model';
import { caseHistory } from '#projections/case-history/read-model';
import { documentList } from '#projections/document-list/read-model';
import { foldBatch } from '#projections/runner/fold-batch';
import { postgresStore } from '#projections/runner/postgres/store';

/** As a log may hold it that was written before such text was refused, or by somebody else. */
const poisoned: RecordedEvent = {
  id: '0191b3a0-0000-7000-8000-000000000000',
  stream: 'case-a\0',
  revision: 0n,
  position: 7n,
  created: new Date(0),
  type: 'CaseOpened',
  data: { caseId: 'a\0', name: 'b\0c\ud800' },
  metadata: {
    caseId: 'a\0',
    actor: { kind: 'person', id: 'ada' },
    correlationId: 'c',
    causationId: 'c',
    schemaVersion: 1,
    occurredAt: '2026-11-22T00:00:00.000Z',
  },
};

test('an event with text that Postgres refuses stops no read model', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-poisoned-'));
  const log = createLogger('poisoned', 'warn');
  const engines = await superviseEngines([postgresEngine(folder)], { log });
  const client = connectPostgres(engines.url('postgres'), log);
  onTestFinished(async () => {
    await client.close();
    await engines.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await migrateControlPlane(client);

  for (const model of [caseHistory(['CaseOpened']), documentList, activityMetrics]) {
    const store = postgresStore(client.db, client.pool, model);
    const { generation } = await store.create({ version: 1, state: 'live', partitions: 1 });
    const { position: from } = await store.open(generation, 0, 1n);
    const { changes, applied, failed } = await foldBatch(model, [poisoned], (needs) =>
      store.load(generation, needs),
    );
    expect(failed).toBeUndefined();
    const upTo = poisoned.position;
    await store.commit(generation, { partition: 0, fence: 1n, from, upTo, changes, applied });
    expect(await store.checkpoint(generation, 0)).toMatchObject({ position: upTo });
  }
  const { rows } = await client.db.execute(sql`SELECT case_id, name FROM read.case_file`);
  expect(rows).toEqual([{ case_id: 'a\ufffd', name: 'b\ufffdc\ufffd' }]);
});
