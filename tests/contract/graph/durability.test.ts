import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import neo4j, { type Driver } from 'neo4j-driver';
import { afterEach, expect, test } from 'vitest';
import { engineReadySchema } from '../../../engines/engine-process.ts';
import { applyGraphSchema } from '../../../engines/graph/schema.ts';
import { testSchema } from './graph-under-test.ts';

const main = new URL('../../../engines/graph/main.ts', import.meta.url).pathname;
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

async function start(folder: string): Promise<{ child: ChildProcess; driver: Driver }> {
  const child = fork(main, ['--folder', folder, '--log-level', 'warn'], { stdio: 'inherit' });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const [message] = await once(child, 'message');
  const { port } = engineReadySchema.parse(message);
  return { child, driver: neo4j.driver(`bolt://127.0.0.1:${port}`) };
}

/** Kills the engine, or stops it as the supervisor does: by closing its channel. */
async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Lets go of the engine as its supervisor does; gives the exit code. */
async function stop(child: ChildProcess): Promise<number | null> {
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
  return child.exitCode;
}

const write = `UNWIND $rows AS row MERGE (a:TestDocument {id: row.id}) SET a.year = row.year
  MERGE (b:TestPerson {id: row.person}) MERGE (a)-[m:TEST_MENTIONS]->(b) SET m.position = row.year`;

test('whatever the engine acknowledged is there after SIGKILL, and each transaction is whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-graph-crash-'));
  const acknowledged = new Set<string>();
  for (let round = 0; round < 6; round += 1) {
    const { child, driver } = await start(folder);
    await applyGraphSchema(driver, testSchema);
    const target = acknowledged.size + 15 + 10 * round;
    let enough = () => {};
    const reached = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let n = 0; ; n += 1) {
        const batch = `${round}-${writer}-${n}`;
        const rows = Array.from({ length: 20 }, (_, at) => ({
          id: `${batch}/${at}`,
          year: neo4j.int(at),
          person: `p${at}`,
        }));
        try {
          await driver.executeQuery(write, { rows });
        } catch {
          return;
        }
        acknowledged.add(batch);
        if (acknowledged.size >= target) enough();
      }
    });
    await reached;
    await kill(child);
    await driver.close();
    await Promise.all(writers);
  }

  const { child, driver } = await start(folder);
  const { records } = await driver.executeQuery(
    `MATCH (d:TestDocument)-[m:TEST_MENTIONS]->(p:TestPerson)
     RETURN d.id AS id, d.year AS year, m.position AS position, p.id AS person`,
  );
  const found = new Map<string, number>();
  for (const record of records) {
    const [batch = '', at] = String(record.get('id')).split('/');
    found.set(batch, (found.get(batch) ?? 0) + 1);
    expect([String(record.get('year')), String(record.get('position')), record.get('person')]).toEqual([
      at,
      at,
      `p${at}`,
    ]);
  }
  expect([...acknowledged].filter((batch) => found.get(batch) !== 20)).toEqual([]);
  expect([...found].filter(([, count]) => count !== 20)).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(100);
  await driver.close();
  expect(await stop(child)).toBe(0);
});

test('a clean stop keeps everything and exits with 0, although clients are connected', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-graph-stop-'));
  const first = await start(folder);
  await applyGraphSchema(first.driver, testSchema);
  await first.driver.executeQuery("CREATE (:TestDocument {id: 'kept'})");
  const open = await first.driver.session().beginTransaction();
  await open.run("CREATE (:TestDocument {id: 'open'})");
  expect(await stop(first.child)).toBe(0);
  await first.driver.close();
  const second = await start(folder);
  const { records } = await second.driver.executeQuery('MATCH (d:TestDocument) RETURN d.id AS id');
  expect(records.map((record) => record.get('id'))).toEqual(['kept']);
  await second.driver.close();
  expect(await stop(second.child)).toBe(0);
});
