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
