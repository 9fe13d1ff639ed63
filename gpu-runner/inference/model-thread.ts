import { Worker } from 'node:worker_threads';
import type { Logger } from '#platform/log';
import { retryDelay } from '#platform/retry';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { ModelCrashError, ModelTimeoutError } from './model-errors.ts';
import type { ModelAnswer, ModelAsk, ModelReply } from './model-messages.ts';

export type ModelThreadOptions = {
  /** The thread's module: `model-worker.ts`, or one that misbehaves for a test. */
  readonly entry: URL;
  /** Which model the thread loads. */
  readonly kind: ModelAsk['kind'];
  /** Longest time for one ask, milliseconds, from when its work begins. */
  readonly limitMs: number;
  /** Longest time to load the model, milliseconds. */
  readonly loadLimitMs: number;
  readonly heapMb: number;
};

export type ModelThread = {
  /**
   * One ask at a time, first come first served.
   *
   * @throws {ModelTimeoutError} after `limitMs`; the thread is replaced, and only this ask has failed
   * @throws {ModelCrashError} if the thread died of it; likewise
   * @throws {ServiceUnavailableError} if the model cannot be loaded just now, or the thread is closed
   * @throws the signal's reason when it is aborted
   */
  ask(request: ModelAsk, signal?: AbortSignal): Promise<ModelAnswer>;
  close(): Promise<void>;
};

type Job = {
  readonly request: ModelAsk;
  resolve(value: ModelAnswer): void;
  reject(error: unknown): void;
};

/** Starts a thread that loads a model and works through what it is asked, replaced whenever it hangs or dies. */
export function startModelThread(options: ModelThreadOptions, log: Logger): ModelThread {
  const { entry, kind, limitMs, loadLimitMs, heapMb } = options;
  const queue: Job[] = [];
  const closing = new AbortController();
  /** The ask the thread works on. */
  let current: Job | undefined;
  let ready = false;
  let loadFailures = 0;
  let clock: NodeJS.Timeout | undefined;
  let worker: Worker | undefined = open();

  function open(): Worker {
    const thread = new Worker(entry, {
      workerData: { kind },
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    // An idle thread must not keep a process alive.
    thread.unref();
    clock = setTimeout(() => lose('did not load in time'), loadLimitMs).unref();
    let reason = 'ended';
    thread.on('message', (reply: ModelReply) => thread === worker && hear(reply));
    thread.on('error', (error) => {
      reason = `died: ${error.message}`;
    });
    thread.on('exit', () => thread === worker && lose(reason));
    return thread;
  }

  function hear(reply: ModelReply): void {
    clearTimeout(clock);
    if (reply.kind === 'ready') {
      ready = true;
      loadFailures = 0;
    } else {
      const job = current;
      current = undefined;
      if (reply.kind === 'done') job?.resolve(reply.value);
      else job?.reject(new Error(reply.error));
    }
    next();
  }

  function next(): void {
    if (!ready || current) return;
    current = queue.shift();
    if (!current) return;
    clock = setTimeout(() => {
      const seconds = limitMs / 1000;
      const fault = new ModelTimeoutError(
        `The model did not come to an end within ${seconds} s and was stopped. Retry when the machine is less busy, or split the document.`,
      );
      lose(`was stopped after ${seconds} s`, fault);
    }, limitMs);
    worker?.postMessage(current.request);
  }

  /** The thread is of no use any more: fails what it had in hand, and sees to the next one. */
  function lose(what: string, fault?: unknown): void {
    clearTimeout(clock);
    void worker?.terminate();
    worker = undefined;
    const wasReady = ready;
    ready = false;
    const job = current;
    current = undefined;
    if (closing.signal.aborted) return;
    log.error({ model: kind, reason: what }, 'a model thread is replaced');
    job?.reject(fault ?? new ModelCrashError(`The model's thread ${what}, on this text.`));
    if (wasReady) worker = open();
    else void reload(what);
  }

  /** A model that does not load is the machine's trouble: nobody waits for it, and the tries are spaced out. */
  async function reload(what: string): Promise<void> {
    for (const job of queue.splice(0)) job.reject(new ServiceUnavailableError(`The model's thread ${what}.`));
    await retryDelay(++loadFailures, closing.signal);
    if (!closing.signal.aborted) worker = open();
  }

  return {
    ask(request, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<ModelAnswer>();
      const job: Job = { request, resolve, reject };
      const giveUp = () => {
        const place = queue.indexOf(job);
        if (place !== -1) queue.splice(place, 1);
        // A model in full work hears nothing: only the end of its thread stops it.
        if (job === current) lose('was told to stop', signal?.reason);
        reject(signal?.reason);
      };
      if (closing.signal.aborted) reject(closed());
      else if (signal?.aborted) reject(signal.reason);
      else {
        signal?.addEventListener('abort', giveUp);
        queue.push(job);
        next();
      }
      return promise.finally(() => signal?.removeEventListener('abort', giveUp));
    },
    async close() {
      closing.abort();
      clearTimeout(clock);
      for (const job of [...(current ? [current] : []), ...queue.splice(0)]) job.reject(closed());
      current = undefined;
      await worker?.terminate();
    },
  };
}

const closed = () => new ServiceUnavailableError('The models are being stopped.');
