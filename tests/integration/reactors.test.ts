import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExtractor } from '#commands/extraction/extractor';
import { createModels } from '#commands/models';
import { analysisReactor } from '#commands/reactors/analysis';
import { extractionReactor } from '#commands/reactors/extraction';
import { type Reactor, runReactor } from '#commands/reactors/reactor';
import { runStage } from '#commands/reactors/stage';
import { uploadDocument } from '#commands/upload-document';
import { documentDecider, documentStream } from '#domain/document/decider';
import { analyseSubject } from '#domain/document/inference';
import type { RecordedEvent } from '#domain/event';
import { eventRegistry } from '#domain/registry';
import { openFileBlobStore } from '#engines/blobs/file-blob-store';
import { createMemoryBus } from '#engines/bus/memory-bus';
import { connectEventStore } from '#platform/clients/eventstore';
import type { EventStore } from '#platform/event-store';
import { handleCommand } from '#platform/handle-command';
import { newId } from '#platform/ids';
import { createLogger } from '#platform/log';
import { type BlobStore, type Bus, RemoteError, RequestTimeoutError } from '#platform/ports';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { type EngineProcess, startEngine } from '../contract/eventstore/engine.ts';
import { until } from '../support/until.ts';

/** What the reactors make of documents, stops and faults, over a log of their own. */
const log = createLogger('reactors', 'silent');
const folder = mkdtempSync(join(tmpdir(), 'casefold-reactors-'));
let engine: EngineProcess;
let store: EventStore;
let blobs: BlobStore;
let bus: Bus;
const extractor = createExtractor({ workers: 1, log });

beforeAll(async () => {
  engine = await startEngine();
  store = connectEventStore(engine.url, eventRegistry, log);
  blobs = await openFileBlobStore(join(folder, 'blobs'));
  bus = createMemoryBus({ onError: () => {} });
});
afterAll(async () => {
  await extractor.close();
  await bus.close();
  await store.close();
  await engine.kill();
  rmSync(folder, { recursive: true, force: true });
});

const person = { kind: 'person', id: 'ada' } as const;
const byPerson = () => {
  const commandId = newId();
  const occurredAt = new Date().toISOString();
  return { commandId, actor: person, correlationId: commandId, causationId: commandId, occurredAt };
};

async function upload(content: string, fileName = 'note.txt') {
  const { sha256, size } = await blobs.put(Buffer.from(content));
  const mediaType = fileName.endsWith('.eml') ? 'message/rfc822' : 'text/plain';
  return uploadDocument(store, { caseId: 'c', fileName, mediaType, sha256, size }, byPerson());
}
const act = (documentId: string, command: Parameters<typeof documentDecider.decide>[0]) =>
  handleCommand(store, documentDecider, documentStream(documentId), command, byPerson());

async function eventsOf(documentId: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of store.readStream(documentStream(documentId))) events.push(event);
  return events;
}
const typesOf = async (documentId: string) => (await eventsOf(documentId)).map(({ type }) => type);
async function lastOf(documentId: string): Promise<RecordedEvent> {
  const last = (await eventsOf(documentId)).at(-1);
  if (!last) throw new Error(`No event of ${documentId}.`);
  return last;
}

const going = new AbortController().signal;
/** One delivery of the newest event of a document. */
const deliver = async (reactor: Reactor, documentId: string, signal = going, deliveries = 0) =>
  reactor.handle(await lastOf(documentId), { deliveries, failures: deliveries, signal });
const extraction = () => extractionReactor({ store, blobs, bus, extractor }, 1);

describe('a fault while a stage is at work', () => {
  const at = async (fault: unknown, failures: number, signal = going) => {
    const { documentId } = await upload(`A note of its own: ${newId()}`);
    const event = (await lastOf(documentId)) as Parameters<typeof runStage>[2];
    const attempt = { deliveries: failures, failures, signal };
    await runStage({ store, bus }, 'extracting', event, attempt, () => Promise.reject(fault)).catch((error) =>
      expect(error).toBe(fault),
    );
    const last = await lastOf(documentId);
    return last.type === 'DocumentProcessingFailed' ? last.data : undefined;
  };
  const coded = (code: string) => Object.assign(new Error(code), { code });

  test.each(['ENOSPC', 'EMFILE', 'EIO', 'EACCES', 'ECONNREFUSED'])(
    'that is the machine’s (%s) never counts against the document',
    async (code) => {
      expect(await at(coded(code), 50)).toBeUndefined();
      expect(await at(new Error('wrapped', { cause: coded(code) }), 50)).toBeUndefined();
    },
  );

  test('of a runner that is away or stopping never counts either', async () => {
    expect(await at(new RemoteError('ServiceUnavailableError', 'stopping'), 50)).toBeUndefined();
    expect(await at(new DOMException('The extractor was closed.', 'AbortError'), 50)).toBeUndefined();
  });

  test('that met a stop says nothing, whatever it looks like', async () => {
    expect(await at(new Error('anything'), 50, AbortSignal.abort())).toBeUndefined();
  });

  test.each([
    ['no answer in time', new RequestTimeoutError(analyseSubject, 1000), 'timeout'],
    ['a model stopped at its limit', new RemoteError('ModelTimeoutError', 'within 300 s'), 'timeout'],
    ['a model that died', new RemoteError('ModelCrashError', 'out of memory'), 'failed'],
  ])('of the text itself fails the document at the third time: %s', async (_, fault, reason) => {
    expect(await at(fault, 0)).toBeUndefined();
    expect(await at(fault, 1)).toBeUndefined();
    expect(await at(fault, 2)).toMatchObject({ reason, message: expect.stringContaining(fault.message) });
  });
});

/** Runs the reactor that has documents analysed, until it is stopped. */
const analyse = (signal: AbortSignal) =>
  runReactor(analysisReactor({ store, bus, models: createModels(bus, 60_000) }), store, log, signal);

const model = { name: 'm', version: '1', digest: 'd', kind: 'built-in' };
const answer = { model, parameters: {}, summary: [], topics: [], entities: [], relations: [] };

describe('of an event that is given out again and again', () => {
  const away = new ServiceUnavailableError('The model is loading.');
  const slow = Object.assign(new Error('within 300 s'), { name: 'ModelTimeoutError' });

  /** Analyses a document with a runner to which this happens, one after the other; it answers when nothing is left. */
  async function analysed(happens: readonly Error[]) {
    const { documentId } = await upload(`A letter about a lease: ${newId()}`);
    await deliver(extraction(), documentId);
    const { sha256 } = ((await lastOf(documentId)).data as { text: { sha256: string } }).text;
    const left = [...happens];
    const stopRunner = await bus.respond(analyseSubject, { queue: 'runner' }, (request) => {
      const next = (request as { text: string }).text === sha256 ? left.shift() : undefined;
      if (next) throw next;
      return answer;
    });
    const stop = new AbortController();
    const running = analyse(stop.signal);
    try {
      const { type, data } = await until('it is over', async () => {
        const last = await lastOf(documentId);
        return last.type !== 'DocumentTextExtracted' && last;
      });
      return { type, data, left };
    } finally {
      stop.abort();
      await running;
      await stopRunner();
    }
  }

  test('what was away meanwhile uses up none of its tries', async () => {
    expect(await analysed([away, away, away, slow, away, slow])).toMatchObject({
      type: 'DocumentAnalysed',
      left: [],
    });
  });

  test('what the text itself may be the reason for is tried three times, whatever came between', async () => {
    expect(await analysed([slow, away, slow, away, slow])).toMatchObject({
      type: 'DocumentProcessingFailed',
      data: { stage: 'analysing', reason: 'timeout' },
      left: [],
    });
  });
});

describe('a stop', () => {
  test('does not wait for a model, and the document goes on after the next start', async () => {
    const { documentId } = await upload('A letter about a lease of land.');
    await deliver(extraction(), documentId);
    const asked = Promise.withResolvers<void>();
    const never = Promise.withResolvers<unknown>();
    const stopResponder = await bus.respond(analyseSubject, { queue: 'runner' }, () => {
      asked.resolve();
      return never.promise;
    });
    const stop = new AbortController();
    const running = analyse(stop.signal);
    await asked.promise;
    stop.abort();
    await running;
    never.resolve(null);
    await stopResponder();
    expect(await typesOf(documentId)).toEqual(['DocumentUploaded', 'DocumentTextExtracted']);

    const stopNext = await bus.respond(analyseSubject, { queue: 'runner' }, () => answer);
    const next = new AbortController();
    const again = analyse(next.signal);
    await until('it is analysed', async () => (await typesOf(documentId)).includes('DocumentAnalysed'));
    next.abort();
    await again;
    await stopNext();
  });

  test('breaks an extraction off without a word about its document', async () => {
    const { documentId } = await upload('A long report. '.repeat(2000));
    const stop = new AbortController();
    const started = Promise.withResolvers<void>();
    const unsubscribe = await bus.subscribe(`progress.document.${documentId}`, () => started.resolve());
    const working = deliver(extraction(), documentId, stop.signal, 50);
    const broken = expect(working).rejects.toMatchObject({ name: 'AbortError' });
    await started.promise;
    stop.abort();
    await broken;
    await unsubscribe();
    expect(await typesOf(documentId)).toEqual(['DocumentUploaded']);
  });
});

const mail = [
  'From: ada@example.org',
  'To: bob@example.org',
  'Subject: The lease',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'The lease is attached.',
  '--b',
  'Content-Type: text/plain; name=lease.txt',
  'Content-Disposition: attachment; filename=lease.txt',
  '',
  'This lease is made between the parties.',
  '--b--',
  '',
].join('\r\n');

test('a message read again brings back no attachment that a person withdrew; that person can', async () => {
  const { documentId } = await upload(mail, 'mail.eml');
  await deliver(extraction(), documentId);
  const extracted = await lastOf(documentId);
  const [attachment] = (extracted.data as { attachments: { documentId: string }[] }).attachments;
  if (!attachment) throw new Error('The message has no attachment.');
  const failure = { type: 'RecordProcessingFailure', documentId, caseId: 'c', stage: 'analysing' } as const;
  await act(documentId, { ...failure, reason: 'failed', message: 'Try again.' });
  await act(attachment.documentId, { type: 'WithdrawDocument' });

  await act(documentId, { type: 'RetryDocument', from: 'extracting' });
  await deliver(extraction(), documentId);
  expect((await typesOf(documentId)).filter((type) => type === 'DocumentTextExtracted')).toHaveLength(2);
  expect(await typesOf(attachment.documentId)).toEqual(['DocumentUploaded', 'DocumentWithdrawn']);

  const bytes = (await eventsOf(attachment.documentId))[0]?.data as { sha256: string; size: number };
  const again = { caseId: 'c', fileName: 'lease.txt', mediaType: 'text/plain', ...bytes };
  await uploadDocument(store, again, byPerson());
  expect((await typesOf(attachment.documentId)).at(-1)).toBe('DocumentUploaded');
});

test('an event is given out again only after the longest that one or two extractions may take', () => {
  expect(extraction().messageTimeoutMs).toBeGreaterThan(2 * 60 * 60_000);
});
