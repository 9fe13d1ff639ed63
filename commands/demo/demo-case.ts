import { createReadStream } from 'node:fs';
import { caseDecider, caseStream } from '#domain/case/decider';
import { type DocumentState, documentDecider, documentStream } from '#domain/document/decider';
import type { DocumentEvent } from '#domain/document/events';
import { type EventStore, EventStoreUnavailableError } from '#platform/event-store';
import { type CommandContext, foldStream } from '#platform/handle-command';
import { owner } from '#platform/http/actor';
import { derivedId, documentIdOf } from '#platform/ids';
import type { Logger } from '#platform/log';
import type { BlobStore } from '#platform/ports';
import type { DemoStatus } from '../contract.ts';
import { handleCaseCommand, uploadDocument } from '../upload-document.ts';
import { type DemoFile, type DemoManifest, readDemoManifest } from './demo-manifest.ts';
import { throughBreaks } from './through-breaks.ts';

/** The demo case: one and the same in every Casefold, loaded through the same door as any upload. */
export type DemoCase = {
  /** Begins to load it, or goes on where it stopped; does nothing for what is there already. */
  load(): void;
  /** Goes on with a load that a stop or a crash cut short; does nothing if nobody ever asked for the demo. */
  resume(): Promise<void>;
  /** While the log is away, what was known last. */
  status(): Promise<DemoStatus>;
  /** Gives up waiting for the log; what was not loaded is gone on with after the next start. */
  stop(): void;
};

type Counted = {
  readonly name: string;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** Not uploaded yet. */
  readonly unknown: number;
  readonly bytes: number;
  readonly allBytes: number;
};

const caseId = derivedId('demo-case');
const over = new Set(['ready', 'failed', 'withdrawn']);

/** A file as it is read: opened only then, so that one that is not there fails whoever reads, and not the process. */
async function* contentOf(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path);
}

export function createDemoCase(
  { store, blobs, log }: { store: EventStore; blobs: BlobStore; log: Logger },
  folder: string,
): DemoCase {
  let manifest: Promise<DemoManifest> | undefined;
  const readManifest = () => (manifest ??= readDemoManifest(folder));
  /** Documents that are over stay so for our purpose, and need not be looked at again. */
  const finished = new Map<string, string>();
  const stopping = new AbortController();
  const throughBreaksOfLog = <Result>(step: () => Promise<Result>) => throughBreaks(step, stopping.signal);
  let known: Counted | undefined;
  let loading: Promise<void> | undefined;
  let startedAt: number | undefined;
  let bytesAtStart = 0;
  let doneAtStart = 0;

  async function stageOf(file: DemoFile): Promise<string> {
    const documentId = documentIdOf(caseId, file.sha256);
    const known = finished.get(documentId);
    if (known) return known;
    const { stage } = await foldStream<DocumentState, DocumentEvent>(
      store,
      documentDecider,
      documentStream(documentId),
    );
    if (over.has(stage)) finished.set(documentId, stage);
    return stage;
  }

  const isOpen = async () =>
    (await foldStream<{ status: string }, never>(store, caseDecider, caseStream(caseId))).status === 'open';

  async function count(): Promise<Counted> {
    const { files, name } = await readManifest();
    const stages = await Promise.all(files.map(stageOf));
    const isOver = (index: number) => over.has(stages[index] ?? '');
    const bytes = files.reduce((sum, file, index) => sum + (isOver(index) ? file.size : 0), 0);
    known = {
      name,
      total: files.length,
      done: stages.filter((stage) => over.has(stage)).length,
      failed: stages.filter((stage) => stage === 'failed').length,
      unknown: stages.filter((stage) => stage === 'unknown').length,
      bytes,
      allBytes: files.reduce((sum, file) => sum + file.size, 0),
    };
    return known;
  }

  async function countOrKnown(): Promise<Counted> {
    try {
      return await count();
    } catch (error) {
      if (!(error instanceof EventStoreUnavailableError)) throw error;
      const { files, name } = await readManifest();
      const allBytes = files.reduce((sum, file) => sum + file.size, 0);
      // A start counts before it serves, unless there is no demo case.
      const nothing = { done: 0, failed: 0, bytes: 0, unknown: files.length };
      return known ?? { name, total: files.length, allBytes, ...nothing };
    }
  }

  async function upload(): Promise<void> {
    const { files, name } = await readManifest();
    const context = (...parts: string[]): CommandContext => {
      const commandId = derivedId('demo', ...parts);
      const occurredAt = new Date().toISOString();
      return { commandId, actor: owner, correlationId: commandId, causationId: commandId, occurredAt };
    };
    const begun = await throughBreaksOfLog(count);
    [startedAt, bytesAtStart, doneAtStart] = [Date.now(), begun.bytes, begun.done];
    await throughBreaksOfLog(async () => {
      if (!(await isOpen()))
        await handleCaseCommand(store, { type: 'OpenCase', caseId, name }, context('open'));
    });
    for (const file of files) {
      if (stopping.signal.aborted) return;
      await throughBreaksOfLog(async () => {
        if ((await stageOf(file)) !== 'unknown') return;
        const { sha256, size } = await blobs.put(contentOf(file.path));
        const { fileName } = file;
        await uploadDocument(
          store,
          { caseId, fileName, mediaType: 'application/octet-stream', sha256, size },
          context('upload', sha256),
        );
      });
    }
  }

  const load = () => {
    loading ??= upload()
      .catch((error) => {
        if (!stopping.signal.aborted)
          log.error({ err: error }, 'the demo case could not be loaded; ask again to go on');
      })
      .finally(() => {
        loading = undefined;
      });
  };

  return {
    load,
    async resume() {
      if ((await throughBreaksOfLog(isOpen)) && (await throughBreaksOfLog(count)).unknown > 0) load();
    },
    async status() {
      // Before the count: a load whose last upload comes while it is counted has not been cut short.
      const wasLoading = loading !== undefined;
      const { name, total, done, failed, bytes, allBytes, unknown } = await countOrKnown();
      // Documents that nobody uploads any more would otherwise be waited for without end.
      const isLoading = unknown === 0 || wasLoading || loading !== undefined;
      const waiting = isLoading ? 'loading' : unknown === total ? 'absent' : 'interrupted';
      const state = done === total ? 'loaded' : waiting;
      const seconds = startedAt === undefined ? 0 : (Date.now() - startedAt) / 1000;
      const rate = seconds > 0 ? (done - doneAtStart) / seconds : 0;
      // Documents differ a hundredfold in size, so the time that remains is told from bytes.
      const bytesRate = seconds > 0 ? (bytes - bytesAtStart) / seconds : 0;
      const remainingSeconds = bytesRate > 0 ? Math.ceil((allBytes - bytes) / bytesRate) : undefined;
      return {
        state,
        caseId,
        name,
        done,
        failed,
        total,
        rate,
        ...(state === 'loading' && remainingSeconds !== undefined && { remainingSeconds }),
      };
    },
    stop: () => stopping.abort(),
  };
}
