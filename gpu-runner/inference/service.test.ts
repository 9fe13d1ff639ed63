import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { analyseSubject, analysisAnswerSchema, similarSubject } from '#domain/document/inference';
import { openFileBlobStore } from '#engines/blobs/file-blob-store';
import { createMemoryBus } from '#engines/bus/memory-bus';
import { connectPostgres } from '#platform/clients/postgres';
import { putText } from '#platform/document-text';
import { createLogger } from '#platform/log';
import type { BlobStore, Bus } from '#platform/ports';
import { createPositionWaiter } from '#platform/position-waiter';
import { createLexicalEmbedder } from '../models/builtin/lexical-embedder.ts';
import type { AnalysisModel, DocumentAnalysis } from '../models/model.ts';
import { serveInference } from './service.ts';

const log = createLogger('test', 'silent');
/** Nothing listens there, and nothing here asks it. */
const postgres = connectPostgres('postgres://casefold@127.0.0.1:9/postgres', log);
const embedder = createLexicalEmbedder();
const identity = await embedder.identify();
let folder: string;
let bus: Bus;
let files: BlobStore;
const timeoutMs = 20_000;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'casefold-inference-'));
  bus = createMemoryBus({ onError: (error) => expect.unreachable(String(error)) });
  files = await openFileBlobStore(folder);
});
afterEach(async () => {
  await bus.close();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(analyse: AnalysisModel['analyse'], blobs = files) {
  const positions = await createPositionWaiter(bus);
  return serveInference({
    bus,
    blobs,
    db: postgres.db,
    positions,
    embedders: [embedder],
    analyst: { identity, analyse },
  });
}
async function analysisRequest() {
  const structure = JSON.stringify({ pages: [], sections: [], passages: [] });
  const [text, shape] = [await putText(files, 'A text.'), await putText(files, structure)];
  return { text: text.sha256, structure: shape.sha256 };
}
const empty: DocumentAnalysis = { summary: { sentences: [] }, topics: [], entities: [], relations: [] };

test('an analysis of any size goes over the bus, and says what it left out', async () => {
  const mentions = Array.from({ length: 400 }, (_, at) => ({ start: 900_000 + at, end: 900_010 + at }));
  const entities = Array.from({ length: 700 }, (_, index) => ({
    name: `Entity ${index}`,
    kind: 'person' as const,
    mentions,
  }));
  const capped = { analysedCharacters: 10, totalCharacters: 20, omittedEntities: 3 };
  await serve(async () => ({ ...empty, entities, capped }));
  const answer = await bus.request(analyseSubject, await analysisRequest(), { timeoutMs });
  const { entities: kept, parameters } = analysisAnswerSchema.parse(answer);
  const places = kept.reduce((sum, each) => sum + each.mentions.length, 0);
  expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(600_000);
  expect(parameters).toEqual({
    analysedCharacters: 10,
    omittedEntities: 3 + 700 - kept.length,
    omittedMentions: kept.length * 400 - places,
  });
});

test('a store that is away looks like what passes to whoever asks', async () => {
  const fault = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  await serve(async () => empty, {
    ...files,
    read: () => Promise.reject(fault),
    readBytes: () => Promise.reject(fault),
  });
  const asked = bus.request(analyseSubject, await analysisRequest(), { timeoutMs });
  await expect(asked).rejects.toMatchObject({ remoteName: 'ServiceUnavailableError' });
});

test('a stop waits for no vectors', async () => {
  const stop = await serve(async () => empty);
  const request = { documentId: 'd', caseId: 'c', limit: 5, position: '7' };
  const asked = expect(bus.request(similarSubject, request, { timeoutMs })).rejects.toMatchObject({
    remoteName: 'ServiceUnavailableError',
    message: 'The runner is being stopped.',
  });
  await stop();
  await asked;
});
