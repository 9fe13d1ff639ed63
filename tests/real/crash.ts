import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Acknowledged, sendFiles } from '../crash/ingest-load.ts';
import { logOf, rowsOf } from '../crash/once-of-everything.ts';
import { fileAt } from '../support/casefold-client.ts';
import { seededRandom } from '../support/random.ts';
import { until } from '../support/until.ts';
import { type Deployment, deployedRoles } from './deployment.ts';
import { serverNames } from './servers.ts';

const seed = Number(process.env.CASEFOLD_TEST_SEED ?? Date.now() % 1_000_000);
const samples = join(import.meta.dirname, '../../samples/demo-case');
/** One for each process that is killed. */
const files = [
  'Cardlytics - Software License and Maintenance Agreement, Schedule (2011).txt',
  'Stremicks Heritage Foods and Premier Nutrition - Manufacturing Agreement, Amendment 1 (2018).txt',
  'Soupman - Master Franchise Agreement, New York Addendum.txt',
  'Square Two Golf and Kathy Whitworth - Intellectual Property and Confidentiality Agreement.pdf',
  'Federated Investment Management - Services Agreement, First Amendment (2009).pdf',
  'R. C. Boyd Enterprises and Cano Petroleum - Sponsorship Agreement (2007).pdf',
  'Aduro Biotech and Ireya - Consulting Agreement (text copy).txt',
  'General Electric Capital and Duckwall-Alco - Agency Agreement (2005).txt',
  'Phoenix Performance and Torvec - Corporate Sponsorship Agreement (2010).txt',
].map((name) => fileAt(join(samples, name)));

/** SIGKILL of every role and every server, at a moment of chance while files come in: nothing lost, nothing twice. */
export function crashContract(deployment: () => Deployment): void {
  const random = seededRandom(seed);
  const acknowledged: Acknowledged = { documents: new Map(), views: new Map() };
  const sending: Promise<void>[] = [];
  const left = [...files];
  let caseId: string | undefined;

  /** Sends one more file, as several people do, and resolves a few events later. */
  async function midIngest(): Promise<void> {
    const { client, stores } = deployment();
    const commands = client('commands');
    caseId ??= (await commands.openCase('Killed and killed again')).caseId;
    const at = (await stores.store.headPosition()) + 1n + BigInt(Math.floor(random() * 8));
    sending.push(sendFiles(commands, caseId, left.splice(0, 1), acknowledged));
    await until(`the log has come to ${at}`, async () => (await stores.store.headPosition()) >= at, {
      intervalMs: 10,
    });
  }

  test.each(deployedRoles)('the role %s is killed and starts again', async (role) => {
    await midIngest();
    await deployment().role(role).kill();
    await deployment().restart(role);
  });

  test.each(serverNames)('%s is killed and starts again', async (name) => {
    await midIngest();
    const server = deployment().servers[name];
    await server.kill();
    await server.start();
  });

  test(`every file is there, and every event took effect once (CASEFOLD_TEST_SEED=${seed})`, async () => {
    const { client, stores, caughtUp } = deployment();
    await Promise.all(sending);
    const documents = await until('every document is ready or failed', async () => {
      const all = await client('read-api').documents(caseId ?? '');
      const waiting = all.filter(({ stage }) => stage !== 'ready' && stage !== 'failed');
      if (waiting.length === 0) return all;
      throw new Error(waiting.map(({ fileName, stage }) => `${fileName}: ${stage}`).join('\n'));
    });
    expect(documents.filter(({ stage }) => stage !== 'ready')).toEqual([]);
    const found = new Map(documents.map(({ documentId, fileName }) => [documentId, fileName]));
    expect(found).toEqual(acknowledged.documents);
    expect(found.size).toBe(files.length);
    await caughtUp();
    const log = await logOf(stores.store);
    expect(log.wrong).toEqual([]);
    for (const [documentId, times] of acknowledged.views) expect(log.views.get(documentId)).toBe(times);
    expect(await rowsOf(stores)).toEqual(log.rows);
  });
}
