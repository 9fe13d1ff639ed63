import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFailed, onTestFinished, test } from 'vitest';
import type { Clients } from '#engines/connect';
import { createClient, fileAt } from '../support/casefold-client.ts';
import { newDataFolder, startProduct } from '../support/product.ts';
import { seededRandom, shuffled } from '../support/random.ts';
import { digestsOf, withStores } from '../support/stopped-casefold.ts';
import { until } from '../support/until.ts';
import { type Acknowledged, sendFiles } from './ingest-load.ts';
import { killAndRecover, momentOfChance } from './kill.ts';
import { logOf, rowsOf } from './once-of-everything.ts';

const seed = Number(process.env.CASEFOLD_TEST_SEED ?? Date.now() % 1_000_000);
const samples = join(import.meta.dirname, '../../samples/demo-case');
const files = [
  'Atento - Joint Filing Agreement (2020).txt',
  'Cardlytics - Software License and Maintenance Agreement, Schedule (2011).txt',
  'Netgear and Ingram Micro - Distributor Agreement, Amendment 2 (1996).pdf',
  'PC Quote and A.B. Watley - Co-Branding Agreement, First Amendment (1996).pdf',
  'PC Quote and A.B. Watley - Co-Branding Agreement, Second Amendment (1998).txt',
  'Stremicks Heritage Foods and Premier Nutrition - Manufacturing Agreement, Amendment 1 (2018).txt',
  'Soupman - Master Franchise Agreement, New York Addendum.txt',
  'Square Two Golf and Kathy Whitworth - Intellectual Property and Confidentiality Agreement.pdf',
  'Netgear and Ingram Micro - Distributor Agreement, Amendment (1998).txt',
  'Federated Investment Management - Services Agreement, First Amendment (2009).pdf',
  'Federated Investment Management - Services Agreement (2004).txt',
  'R. C. Boyd Enterprises and Cano Petroleum - Sponsorship Agreement (2007).pdf',
  'Aduro Biotech and Ireya - Consulting Agreement (text copy).txt',
  'General Electric Capital and Duckwall-Alco - Agency Agreement (2005).txt',
  'Phoenix Performance and Torvec - Corporate Sponsorship Agreement (2010).txt',
].map((name) => fileAt(join(samples, name)));

/** What is killed, each while files come in: every engine once, and the whole tree twice. */
const victims = ['eventstore', 'postgres', 'graph', 'everything', 'everything'] as const;

test(`killing any process during ingest loses nothing and does nothing twice (CASEFOLD_TEST_SEED=${seed})`, {
  timeout: 900_000,
}, async () => {
  console.log(`CASEFOLD_TEST_SEED=${seed}`);
  const random = seededRandom(seed);
  const folder = newDataFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let casefold = await startProduct({ folder });
  onTestFailed(() => console.log(casefold.printed().slice(-10_000)));
  // The token outlives a restart, the port does not.
  const client = createClient(() => casefold);
  const { caseId } = await casefold.openCase('Killed and killed again');
  const acknowledged: Acknowledged = { documents: new Map(), views: new Map() };

  const sending: Promise<void>[] = [];
  const inWaves = shuffled(files, random);
  for (const [round, victim] of shuffled(victims, random).entries()) {
    const wave = inWaves.slice(round * 3, round * 3 + 3);
    const moment = await momentOfChance(casefold, random);
    sending.push(sendFiles(client, caseId, wave, acknowledged));
    console.log(`killing ${victim} ${await moment()}`);
    casefold = await killAndRecover(casefold, victim);
  }
  await Promise.all(sending);
  const documents = await until(
    'every document is ready or failed',
    async () => {
      const all = await casefold.documents(caseId);
      return all.every(({ stage }) => stage === 'ready' || stage === 'failed') && all;
    },
    { timeoutMs: 300_000 },
  );
  const head = await casefold.caughtUp();
  expect(await casefold.stop()).toBe(0);

  // Every file is there once, although each was sent twice and more.
  expect(documents.map(({ fileName }) => fileName).sort()).toEqual(files.map((file) => file.fileName).sort());
  expect(new Map(documents.map(({ documentId, fileName }) => [documentId, fileName]))).toEqual(
    acknowledged.documents,
  );
  expect(documents.filter(({ stage }) => stage !== 'ready')).toEqual([]);

  const grown = await withStores(folder, async (clients) => {
    const log = await logOf(clients.store);
    expect(log.wrong).toEqual([]);
    expect(log.views).toEqual(acknowledged.views);
    expect(await rowsOf(clients)).toEqual(log.rows);
    return digestsOf(clients);
  });

  // What grew through all of this is what the log alone gives.
  for (const store of ['postgres', 'graph', 'cache.sqlite', 'cache.sqlite-wal', 'cache.sqlite-shm']) {
    rmSync(join(folder, store), { recursive: true, force: true });
  }
  casefold = await startProduct({ folder });
  expect(await casefold.caughtUp()).toBe(head);
  expect(await casefold.stop()).toBe(0);
  await withStores(folder, async (clients) => {
    expect(await digestsOf(clients)).toEqual(grown);
    await changeOneThingEverywhere(clients);
    const changed = await digestsOf(clients);
    const same = Object.keys(grown).filter((part) => changed[part]?.sha256 === grown[part]?.sha256);
    expect(Object.keys(grown).filter((part) => !same.includes(part))).toEqual([
      'document-list document',
      'job-status keys',
      'case-graph (Document)',
      'case-graph (Document)-[IN_CASE]->(CaseFile)',
    ]);
  });
});

/** One row, one node, one edge, one key. */
async function changeOneThingEverywhere({ postgres, graph, cache }: Clients): Promise<void> {
  await postgres.pool.query(
    'UPDATE read.document SET likes = likes + 1 WHERE document_id = (SELECT min(document_id) FROM read.document)',
  );
  await graph.executeQuery("MATCH (d:Document) WITH d LIMIT 1 SET d.fileName = 'another'");
  await graph.executeQuery('MATCH (:Document)-[r:IN_CASE]->(:CaseFile) WITH r LIMIT 1 DELETE r');
  const [key = ''] = await cache.keys('job-status:g1:job:');
  await cache.commit({ sets: [{ key, value: '{}' }] });
}
