import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Certificate } from '#domain/projection/certificate';
import { fileAt } from '../support/casefold-client.ts';
import { newDataFolder, type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';
import { type People, startPeople } from './under-load/people.ts';
import { createQueries, type KnownDocument } from './under-load/queries.ts';
import { expectCountsOfLog, expectProven, projections } from './under-load/rebuilds.ts';

/** The whole product in processes of its own, used by people all the while that its read models are rebuilt. */
const folder = newDataFolder();
const samples = join(import.meta.dirname, '../../samples/demo-case');
const files = [
  'Atento - Joint Filing Agreement (2020).txt',
  'Cardlytics - Software License and Maintenance Agreement, Schedule (2011).txt',
  'General Electric Capital and Duckwall-Alco - Agency Agreement (2005).txt',
  'Netgear and Ingram Micro - Distributor Agreement, Amendment (1998).txt',
  'PC Quote and A.B. Watley - Co-Branding Agreement, Second Amendment (1998).txt',
  'Soupman - Master Franchise Agreement, Attachment B, Guarantees.pdf',
].map((name) => fileAt(join(samples, name)));
const all = 8;

let casefold: Product;
let caseId: string;
let known: KnownDocument[];

beforeAll(async () => {
  casefold = await startProduct({ folder });
  ({ caseId } = await casefold.openCase('Rebuilt while it is used'));
  await casefold.upload(caseId, files);
  await until('all files are ready', async () => {
    const documents = await casefold.documents(caseId);
    return documents.length === files.length && documents.every(({ stage }) => stage === 'ready');
  });
  const head = String(await casefold.caughtUp());
  const findings = { asked: 0, late: 0, longestMs: 0, failed: [], stale: [] };
  const { learn } = createQueries(casefold, caseId, findings);
  const documents = await casefold.documents(caseId, head);
  known = await Promise.all(documents.map(({ documentId }) => learn(documentId, head)));
  for (const { passages, entities } of known) expect([passages.length, entities.length]).not.toContain(0);
});
afterAll(async () => {
  await casefold.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Nobody was refused, and nobody was shown less than they knew of. */
async function expectContent(people: People): Promise<void> {
  await people.leave();
  const { failed, stale, ...met } = people.findings;
  console.log(`${people.writes()} writes; queries:`, { ...met, failed: failed.length, stale: stale.length });
  expect({ failed, stale }).toEqual({ failed: [], stale: [] });
}

/** A fresh fold of the log has the digest of what is live. */
const verifiedAtRest = () =>
  until('nothing is added while it is checked', async () => {
    // Reads are noted in the log a moment after they were answered.
    await casefold.caughtUp();
    const verified = expectProven(await projections(casefold, 'verify', '--all', '--wait'), 'equal');
    return verified.every(({ digest, comparison }) => comparison?.digest === digest) && verified;
  });

test('everything is rebuilt, switched and switched back under load, and every query is right', async () => {
  const people = startPeople(casefold, caseId, known, 'one');
  const certificates: Certificate[] = [];
  await people.turns(1);

  const rebuilt = expectProven(await projections(casefold, 'rebuild', '--all', '--wait'), 'switched');
  expect(rebuilt.map(({ generation }) => generation)).toEqual(Array(all).fill(2));
  certificates.push(...rebuilt);
  await people.turns(2);

  // Two generations are followed side by side for a while, before and after each switch.
  certificates.push(
    ...expectProven(await projections(casefold, 'rebuild', '--all', '--by-hand', '--wait'), 'ready'),
  );
  await people.turns(2);
  for (const decision of ['switch', 'rollback', 'rollback', 'rollback']) {
    const switched = await projections(casefold, decision, '--all', '--wait');
    expect(switched.map(({ outcome }) => outcome)).toEqual(Array(all).fill('done'));
    await people.turns(1);
  }
  await expectContent(people);

  await expectCountsOfLog(casefold, [...certificates, ...(await verifiedAtRest())]);
});
