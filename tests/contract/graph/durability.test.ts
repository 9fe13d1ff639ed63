import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import neo4j from 'neo4j-driver';
import { expect, onTestFinished, test } from 'vitest';
import { applyGraphSchema } from '../../../engines/graph/schema.ts';
import { newEngineFolder, startEngineProcess } from '../../support/engine-process.ts';
import { testSchema } from './graph-under-test.ts';

/** What becomes of it when it is killed is shown in tests/crash/engines.test.ts. */
test('a clean stop keeps everything and exits with 0, although clients are connected', async () => {
  const folder = newEngineFolder('graph');
  const start = async () => {
    const engine = await startEngineProcess('graph', { folder });
    onTestFinished(() => engine.kill());
    return { engine, driver: neo4j.driver(`bolt://127.0.0.1:${engine.port}`) };
  };
  const first = await start();
  await applyGraphSchema(first.driver, testSchema);
  await first.driver.executeQuery("CREATE (:TestDocument {id: 'kept'})");
  const open = await first.driver.session().beginTransaction();
  await open.run("CREATE (:TestDocument {id: 'open'})");
  expect(await first.engine.stop()).toBe(0);
  await first.driver.close();
  const second = await start();
  const { records } = await second.driver.executeQuery('MATCH (d:TestDocument) RETURN d.id AS id');
  expect(records.map((record) => record.get('id'))).toEqual(['kept']);
  await second.driver.close();
  expect(await second.engine.stop()).toBe(0);
});

test('what was answered is there after a kill, however long its values are', async () => {
  const folder = newEngineFolder('graph');
  const text = 'long '.repeat(20_000);
  const first = await startEngineProcess('graph', { folder });
  onTestFinished(() => first.kill());
  const writer = neo4j.driver(`bolt://127.0.0.1:${first.port}`);
  await applyGraphSchema(writer, testSchema);
  for (const length of [4000, 4095, 4096, 5000, 100_000])
    await writer.executeQuery('CREATE (:TestDocument {id: $id})', { id: text.slice(0, length) });
  await first.kill();
  await writer.close();

  const second = await startEngineProcess('graph', { folder });
  onTestFinished(() => second.kill());
  const reader = neo4j.driver(`bolt://127.0.0.1:${second.port}`);
  const { records } = await reader.executeQuery(
    'MATCH (d:TestDocument) RETURN size(d.id) AS length ORDER BY length',
  );
  expect(records.map((record) => Number(record.get('length')))).toEqual([4000, 4095, 4096, 5000, 100_000]);
  await reader.close();
});

test('a graph that cannot be read is put aside, and an empty one serves', async () => {
  const folder = newEngineFolder('graph');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'graph.lbug'), 'LBUG, and then something else'.repeat(500));
  const engine = await startEngineProcess('graph', { folder });
  onTestFinished(() => engine.kill());
  const driver = neo4j.driver(`bolt://127.0.0.1:${engine.port}`);
  await applyGraphSchema(driver, testSchema);
  const { records } = await driver.executeQuery('MATCH (d:TestDocument) RETURN count(*) AS n');
  expect(Number(records[0]?.get('n'))).toBe(0);
  expect(readdirSync(folder).some((name) => name.startsWith('unreadable-'))).toBe(true);
  await driver.close();
});
