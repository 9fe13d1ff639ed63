import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { writtenSchema } from '#commands/contract';
import type { Certificate } from '#domain/projection/certificate';
import type { RebuildStatus } from '#projections/runner/status';
import { fileAt } from '../support/casefold-client.ts';
import { projectionsOf } from '../support/positions.ts';
import { newDataFolder, type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';
import { type People, startPeople } from './under-load/people.ts';
import { createQueries, type KnownDocument } from './under-load/queries.ts';
import {
  ended,
  expectCountsOfLog,
  expectProven,
  projections,
  switched,
  working,
} from './under-load/rebuilds.ts';

/** The whole product in processes of its own, used by people all the while that its read models are rebuilt. */
const folder = newDataFolder();
const lateGenerations = pathToFileURL(join(import.meta.dirname, 'under-load/late-generations.ts')).href;
const settings = { NODE_OPTIONS: `--import=${lateGenerations}` };
const samples = join(import.meta.dirname, '../../samples/demo-case');
const files = [
  'Atento - Joint Filing Agreement (2020).txt',
  'Cardlytics - Software License and Maintenance Agreement, Schedule (2011).txt',
  'General Electric Capital and Duckwall-Alco - Agency Agreement (2005).txt',
  'Netgear and Ingram Micro - Distributor Agreement, Amendment (1998).txt',
  'PC Quote and A.B. Watley - Co-Branding Agreement, Second Amendment (1998).txt',
  'Soupman - Master Franchise Agreement, Attachment B, Guarantees.pdf',
  'Stremicks Heritage Foods and Premier Nutrition - Manufacturing Agreement, Amendment 1 (2018).txt',
  'ChipMOS and Tsinghua Unigroup - Strategic Alliance Agreement (2015).txt',
].map((name) => fileAt(join(samples, name)));
const projectionNames = Object.values(projectionsOf).flat().sort();

let casefold: Product;
let caseId: string;
let known: KnownDocument[];

beforeAll(async () => {
  casefold = await startProduct({ folder, settings });
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

/** People who leave with the test, however it ends. */
function begin(name: string): People {
  const people = startPeople(casefold, caseId, known, name);
  onTestFinished(people.leave);
  return people;
}

/** Nobody was refused, and nobody was shown less than they knew of. */
async function expectContent(people: People): Promise<void> {
  await people.leave();
  const { failed, stale, ...met } = people.findings;
  console.log(`${people.writes()} writes; queries:`, { ...met, failed: failed.length, stale: stale.length });
  expect({ failed, stale }).toEqual({ failed: [], stale: [] });
}

/** A fresh fold of the log has the digest of what is live. */
async function expectVerified(): Promise<Certificate[]> {
  await casefold.caughtUp();
  const verified = expectProven(await projections(casefold, 'verify', '--all', '--wait'), 'equal');
  // While several are checked, what is decided about one is news for another, whose digest is of another moment then.
  const alone = verified.filter(({ comparison }) => !comparison?.digest).map(({ projection }) => projection);
  for (const name of alone) {
    await until(`the digest of ${name} is told`, async () => {
      const [item] = await projections(casefold, 'verify', name, '--wait');
      const [certificate] = item ? expectProven([item], 'equal') : [];
      return certificate?.comparison?.digest === certificate?.digest;
    });
  }
  return verified;
}

/** Readers go back and forth between two generations. */
async function switchBack(): Promise<void> {
  await Promise.all(
    projectionNames.map(async (name) => {
      const { position } = await casefold.json(writtenSchema, `/api/projections/${name}/rollback`, {
        json: {},
      });
      await switched(casefold, name, position);
    }),
  );
}

test('everything is rebuilt, switched and switched back under load, and every query is right', async () => {
  const people = begin('one');
  const certificates: Certificate[] = [];
  await people.turns(1);

  const rebuilt = expectProven(await projections(casefold, 'rebuild', '--all', '--wait'), 'switched');
  expect(rebuilt.map(({ projection }) => projection).sort()).toEqual(projectionNames);
  certificates.push(...rebuilt);
  await people.turns(2);

  // Two generations are followed side by side for a while, before and after each switch.
  certificates.push(
    ...expectProven(await projections(casefold, 'rebuild', '--all', '--by-hand', '--wait'), 'ready'),
  );
  await people.turns(2);
  for (const decision of ['switch', 'rollback']) {
    const decided = await projections(casefold, decision, '--all', '--wait');
    expect(decided.map(({ outcome }) => outcome)).toEqual(projectionNames.map(() => 'done'));
  }
  for (let times = 0; times < 6; times++) {
    await switchBack();
    await people.turns(1);
  }
  await expectContent(people);

  await expectCountsOfLog(casefold, [...certificates, ...(await expectVerified())]);
});

test('a rebuild is throttled, paused and let go on, and the live read model goes on meanwhile', async () => {
  const name = 'case-history';
  const people = begin('two');
  await casefold.json(writtenSchema, `/api/projections/${name}/rebuild`, { json: { throttle: 30 } });
  const isAt = (what: string, is: (rebuild: RebuildStatus) => boolean) =>
    until(what, async () => {
      const rebuild = await working(casefold, name);
      return rebuild && is(rebuild) && rebuild;
    });
  await isAt('it is filled slowly', ({ phase, throttle, eventsRead }) => {
    return phase === 'scanning' && throttle === 30 && eventsRead > 0;
  });

  await projections(casefold, 'pause', name, '--rebuild', '--wait');
  // What was in hand is finished.
  await people.turns(1);
  const { eventsRead } = await isAt('it is paused', ({ paused, phase }) => paused && phase === 'scanning');
  await people.turns(2);
  expect(await working(casefold, name)).toMatchObject({ paused: true, eventsRead, rate: 0 });

  await projections(casefold, 'resume', name, '--rebuild', '--wait');
  await isAt('it goes on', (rebuild) => rebuild.eventsRead > eventsRead);
  await projections(casefold, 'throttle', name, '--rate', '60');
  await isAt('it is faster', ({ throttle }) => throttle === 60);
  await projections(casefold, 'throttle', name, '--off');
  expectProven([await ended(casefold, name)], 'switched');
  await expectContent(people);
});

test('a rebuild whose processes are killed half way goes on where it was', async () => {
  const names = ['document-list', 'case-graph', 'job-status'];
  const json = { projections: names, throttle: 60 };
  await casefold.json(writtenSchema, '/api/projections/rebuild', { json });
  const half = (await casefold.head()) / 2n;
  const fromAll = (what: string, is: (rebuild: RebuildStatus) => boolean) =>
    until(what, async () => {
      const rebuilds = await Promise.all(names.map((name) => working(casefold, name)));
      return rebuilds.every((each) => each?.phase === 'scanning' && is(each)) && rebuilds;
    });
  const before = await fromAll('all are half way', ({ position }) => BigInt(position) >= half);

  await casefold.kill();
  casefold = await startProduct({ folder, settings });
  const after = await fromAll('all go on', ({ position }) => BigInt(position) >= 0n);
  for (const [index, rebuild] of after.entries()) {
    expect(rebuild?.generation).toBe(before[index]?.generation);
    expect(Number(rebuild?.position)).toBeGreaterThanOrEqual(Number(before[index]?.position));
  }
  await projections(casefold, 'throttle', ...names, '--off');
  const outcomes = await Promise.all(names.map((name) => ended(casefold, name)));
  await expectCountsOfLog(casefold, expectProven(outcomes, 'switched'));

  const people = begin('three');
  await people.turns(2);
  await expectContent(people);
});
