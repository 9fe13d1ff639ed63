import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordedEvent } from '#domain/event';
import { eventRegistry } from '#domain/registry';
import { openFileBlobStore } from '#engines/blobs/file-blob-store';
import { passageVectors } from '#gpu-runner/embedding-projector/read-model';
import { createLexicalEmbedder } from '#gpu-runner/models/builtin/lexical-embedder';
import type { BlobStore } from '#platform/ports';
import { seededRandom } from '#tests/support/random';
import { putTexts, randomLog } from '#tests/support/random-log';
import { activityMetrics } from './activity-metrics/read-model.ts';
import { caseGraph } from './case-graph/read-model.ts';
import { caseHistory } from './case-history/read-model.ts';
import { documentList } from './document-list/read-model.ts';
import { documentPassages } from './document-passages/read-model.ts';
import type { Part } from './entries.ts';
import { insightList } from './insight-list/read-model.ts';
import { jobStatus } from './job-status/read-model.ts';
import { notificationInbox } from './notification-inbox/read-model.ts';
import { questionList } from './question-list/read-model.ts';
import type { ReadModel } from './read-model.ts';
import { contentOf, recorded } from './read-model-specification.ts';
import { recommendations } from './recommendations/read-model.ts';
import { reportList } from './report-list/read-model.ts';
import { foldBatch } from './runner/fold-batch.ts';
import { createInMemoryEntries } from './runner/in-memory-entries.ts';
import { userInterest } from './user-interest/read-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'casefold-read-models-'));
let blobs: BlobStore;
let texts: Awaited<ReturnType<typeof putTexts>>;

beforeAll(async () => {
  blobs = await openFileBlobStore(folder);
  texts = await putTexts(blobs);
});
afterAll(() => rmSync(folder, { recursive: true }));

const models: Readonly<Record<string, () => ReadModel>> = {
  'activity-metrics': () => activityMetrics,
  'case-graph': () => caseGraph,
  'case-history': () => caseHistory(Object.keys(eventRegistry)),
  'document-list': () => documentList,
  'document-passages': () => documentPassages(blobs),
  'insight-list': () => insightList,
  'job-status': () => jobStatus,
  'notification-inbox': () => notificationInbox,
  'passage-vectors': () => passageVectors(createLexicalEmbedder(), blobs),
  'question-list': () => questionList,
  recommendations: () => recommendations,
  'report-list': () => reportList,
  'user-interest': () => userInterest,
};

/** Lengths are drawn apart from chance, and a shorter log begins a longer one: a failure shrinks to a short log. */
const logs = fc
  .record({ seed: fc.integer(), length: fc.integer({ min: 2, max: 150 }) })
  .map(({ seed, length }) => recorded(randomLog(length, seededRandom(seed), texts)));
const runs = { numRuns: 40 };

describe.each(Object.entries(models))('%s', (_, modelOf) => {
  test('comes out the same however its log is cut into batches', async () => {
    const model = modelOf();
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(logs, sizes, async (log, randomly) => {
        const whole = await contentOf(model, log);
        expect(await contentOf(model, log, [1])).toEqual(whole);
        expect(await contentOf(model, log, randomly)).toEqual(whole);
      }),
      runs,
    );
  });

  test('says of each entry no fewer streams than shaped it', async () => {
    const model = modelOf();
    const log = recorded(randomLog(150, seededRandom(7), texts));
    const whole = createInMemoryEntries(model.parts);
    whole.apply((await foldBatch(model, ofModel(model, log), whole.load)).changes);
    for (const part of model.parts as readonly Part[]) {
      for (const entry of whole.entries(part)) {
        const key = part.keyOf(entry);
        const streams = model.streamsOf?.(part.name, key);
        if (!streams) continue;
        const held = createInMemoryEntries(model.parts);
        const theirs = ofModel(model, log).filter(({ stream }) => streams.includes(stream));
        held.apply((await foldBatch(model, theirs, held.load)).changes);
        expect(held.get(part, key)).toEqual(entry);
      }
    }
  });
});

describe.each(Object.entries(models).filter(([, modelOf]) => modelOf().partitionable))('%s', (_, modelOf) => {
  test('comes out the same in partitions by stream', async () => {
    const model = modelOf();
    await fc.assert(
      fc.asyncProperty(logs, async (log) => {
        const held = createInMemoryEntries(model.parts);
        for (const stream of new Set(log.map((event) => event.stream))) {
          const partition = ofModel(model, log).filter((event) => event.stream === stream);
          // Over nothing, as a partition sees nothing of the others.
          const own = createInMemoryEntries(model.parts);
          held.apply((await foldBatch(model, partition, own.load)).changes);
        }
        const union = Object.fromEntries(model.parts.map((part) => [part.name, held.entries(part)]));
        expect(union).toEqual(await contentOf(model, log));
      }),
      runs,
    );
  });
});

const ofModel = (model: ReadModel, log: ReturnType<typeof recorded>) =>
  log.filter(({ type }) => model.types.includes(type));

// Not the graph: an edge is put only where both its ends are at the time.
describe.each(Object.entries(models).filter(([name]) => name !== 'case-graph'))('%s', (_, modelOf) => {
  test('comes out the same where the rest of a parked document is folded in at the end', async () => {
    const model = modelOf();
    const from = fc.integer({ min: 0, max: 800 });
    await fc.assert(
      fc.asyncProperty(logs, fc.constantFrom('d1', 'd2', 'd3'), from, async (log, documentId, position) => {
        const isParked = (event: RecordedEvent) =>
          event.stream === `document-${documentId}` && event.position >= position;
        const late = [...log.filter((event) => !isParked(event)), ...log.filter(isParked)];
        expect(await contentOf(model, late, [10])).toEqual(await contentOf(model, log));
      }),
      runs,
    );
  });
});

test('the partitionable models are those whose entries have a stream of their own', () => {
  const partitionable = Object.entries(models).filter(([, modelOf]) => modelOf().partitionable);
  expect(partitionable.map(([name]) => name)).toEqual([
    'case-history',
    'document-passages',
    'insight-list',
    'job-status',
    'notification-inbox',
    'passage-vectors',
    'question-list',
    'report-list',
  ]);
});
