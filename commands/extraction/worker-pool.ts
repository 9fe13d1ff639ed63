import { Worker } from 'node:worker_threads';
import type { Logger } from '#platform/log';
import type { ExtractedDocument, Progress } from './extracted-document.ts';
import { ExtractionError, messageOf } from './extraction-error.ts';
import type { ExtractionLimits } from './limits.ts';
import type { WorkerReply, WorkerTask } from './worker-messages.ts';

export type Job = {
  task: WorkerTask;
  onProgress: (progress: Progress) => void;
  signal: AbortSignal | undefined;
  resolve: (document: ExtractedDocument) => void;
  reject: (error: unknown) => void;
};

export type WorkerPool = {
  run(job: Omit<Job, 'resolve' | 'reject'>): Promise<ExtractedDocument>;
  close(): Promise<void>;
};

/** A fresh worker says `ready` before it takes its first task. */
type Slot = { worker: Worker | undefined; isReady: boolean; busy: boolean };

/**
 * Worker threads with a queue, first come first served. Threads start when first needed. A thread that crashes, runs
 * out of memory, goes silent or is aborted is ended and replaced; only its document fails.
 * @param entry the worker's module
 */
export function createWorkerPool(
  size: number,
  entry: URL,
  limits: ExtractionLimits,
  log: Pick<Logger, 'warn'>,
): WorkerPool {
  const slots: Slot[] = Array.from({ length: size }, () => ({
    worker: undefined,
    isReady: false,
    busy: false,
  }));
  const queue: Job[] = [];
  let closed = false;

  const next = () => {
    for (const slot of slots) {
      if (slot.busy) continue;
      const job = queue.shift();
      if (job === undefined) return;
      void serve(slot, job);
    }
  };

  const serve = async (slot: Slot, job: Job) => {
    slot.busy = true;
    const { isReady } = slot;
    slot.worker ??= start(entry, limits);
    slot.isReady = true;
    const worker = slot.worker;
    try {
      job.resolve(await runOn(worker, isReady, job, limits));
    } catch (error) {
      if (!(error instanceof Refused)) {
        slot.worker = undefined;
        slot.isReady = false;
        await worker.terminate();
        if (!job.signal?.aborted && !closed) {
          log.warn({ fileName: job.task.fileName, err: messageOf(error) }, 'extraction worker replaced');
        }
      }
      // A worker that ends because everything ends says nothing about its document.
      job.reject(closed ? stopped() : error instanceof Refused ? error.cause : error);
    }
    slot.busy = false;
    next();
  };

  return {
    run({ task, onProgress, signal }) {
      const { promise, resolve, reject } = Promise.withResolvers<ExtractedDocument>();
      const job: Job = { task, onProgress, signal, resolve, reject };
      const leaveQueue = () => {
        const place = queue.indexOf(job);
        if (place === -1) return;
        queue.splice(place, 1);
        reject(signal?.reason);
      };
      if (closed) reject(stopped());
      else if (signal?.aborted) reject(signal.reason);
      else {
        signal?.addEventListener('abort', leaveQueue);
        queue.push(job);
        next();
      }
      // A signal that outlives the job must not keep its bytes.
      return promise.finally(() => signal?.removeEventListener('abort', leaveQueue));
    },
    async close() {
      closed = true;
      for (const job of queue.splice(0)) job.reject(stopped());
      await Promise.all(slots.map((slot) => slot.worker?.terminate()));
    },
  };
}

const stopped = () => new DOMException('The extractor was closed.', 'AbortError');

/** A document refused by a worker that is well and can go on. */
class Refused extends Error {}

function start(entry: URL, limits: ExtractionLimits): Worker {
  const worker = new Worker(entry, {
    workerData: { limits },
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMb },
    // Libraries print warnings about odd documents; they belong into the document's record, not on the terminal.
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  // A worker may fail between two jobs, when nobody else listens.
  worker.on('error', () => {});
  return worker;
}

function runOn(
  worker: Worker,
  isReady: boolean,
  { task, onProgress, signal }: Job,
  limits: ExtractionLimits,
): Promise<ExtractedDocument> {
  const { promise, resolve, reject } = Promise.withResolvers<ExtractedDocument>();
  const tooLong = (milliseconds: number, what: string) => () =>
    reject(
      new ExtractionError(
        'timeout',
        `Extraction ${what} ${Math.round(milliseconds / 1000)} s and was stopped. Split the file, or retry when the machine is less busy.`,
      ),
    );
  let silence: NodeJS.Timeout | undefined;
  let total: NodeJS.Timeout | undefined;
  // A thread takes a while to start, which is not the document's fault: its clock starts with its work.
  const begin = () => {
    silence = setTimeout(tooLong(limits.silenceMs, 'made no progress for'), limits.silenceMs);
    total = setTimeout(tooLong(limits.totalMs, 'took longer than'), limits.totalMs);
    worker.postMessage(task);
  };
  const onMessage = (message: WorkerReply) => {
    if (message.kind === 'ready') begin();
    else if (message.kind === 'done') resolve(message.document);
    else if (message.kind === 'failed') {
      reject(new Refused('refused', { cause: new ExtractionError(message.reason, message.message) }));
    } else {
      silence?.refresh();
      onProgress(message.progress);
    }
  };
  const onError = (error: Error & { code?: string }) => reject(crash(error, limits));
  const onExit = (code: number) =>
    reject(
      new ExtractionError(
        'failed',
        `The extraction worker ended (exit code ${code}). Retry; report the file if it ends again.`,
      ),
    );
  const onAbort = () => reject(signal?.reason);
  worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();
  else if (isReady) begin();
  return promise.finally(() => {
    clearTimeout(silence);
    clearTimeout(total);
    worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    signal?.removeEventListener('abort', onAbort);
  });
}

function crash(error: Error & { code?: string }, limits: ExtractionLimits): ExtractionError {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new ExtractionError(
        'out-of-memory',
        `Extraction needed more than ${limits.heapMb} MiB of memory. Split the file and upload the parts.`,
        { cause: error },
      )
    : new ExtractionError(
        'failed',
        `Extraction crashed: ${messageOf(error)}. Retry; report the file if it crashes again.`,
        {
          cause: error,
        },
      );
}
