import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '#platform/log';
import { type EngineChild, type ExitOutcome, startChild } from './engine-child.ts';
import type { EngineSpec, EngineState, EngineStatus } from './engine-spec.ts';

/** How patient a supervisor is, in milliseconds. */
export type SupervisionTimes = {
  /** From fork to ready; recovery after a crash counts in. */
  readonly readyTimeoutMs: number;
  /** From being asked to stop to SIGKILL. */
  readonly graceMs: number;
  /** Before the first restart; doubles with each further one up to the maximum. */
  readonly firstBackoffMs: number;
  readonly maxBackoffMs: number;
  /** Running this long, an engine counts as healthy again and its back-off starts anew. */
  readonly healthyAfterMs: number;
};

export const DEFAULT_TIMES: SupervisionTimes = {
  readyTimeoutMs: 180_000,
  graceMs: 10_000,
  firstBackoffMs: 100,
  maxBackoffMs: 5_000,
  healthyAfterMs: 30_000,
};

/** Restarts that fail in a row before the supervisor gives an engine up. */
const MAX_FAILED_RESTARTS = 8;

/** Keeps one engine running: starts it, starts it again on the same port and folder when it dies, stops it. */
export class SupervisedEngine {
  readonly #spec: EngineSpec;
  readonly #log: Logger;
  readonly #times: SupervisionTimes;
  readonly #changed: (state: EngineState, error?: Error) => void;
  readonly #stopped = new AbortController();
  #state: EngineState;
  #child: EngineChild | null = null;
  #keeping: Promise<void> = Promise.resolve();

  constructor(
    spec: EngineSpec,
    log: Logger,
    times: SupervisionTimes,
    changed: (state: EngineState, error?: Error) => void,
  ) {
    this.#spec = spec;
    this.#log = log;
    this.#times = times;
    this.#changed = changed;
    const port = spec.port ?? null;
    this.#state = {
      ...{ name: spec.name, status: 'stopped', pid: null, port, url: null, version: null },
      ...{ restarts: 0, since: new Date() },
    };
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Settles when the engine accepts connections. Throws EngineStartError if it cannot start. */
  async start(): Promise<EngineState> {
    try {
      const child = await this.#run('starting');
      this.#keeping = this.#keep(child);
      return this.#state;
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.#enter('failed', { pid: null }, asError(error));
      throw error;
    }
  }

  /** Settles when no process of this engine is left. */
  async stop(): Promise<void> {
    if (this.#state.status === 'stopped') return;
    const failed = this.#state.status === 'failed';
    this.#stopped.abort();
    if (!failed) this.#enter('stopping');
    await this.#child?.stop(this.#times.graceMs);
    await this.#keeping;
    if (!failed) this.#enter('stopped', { pid: null });
  }

  /** One start of the process. */
  async #run(status: 'starting' | 'restarting'): Promise<EngineChild> {
    const child = startChild(this.#spec, this.#state.port ?? 0, this.#log, this.#times.readyTimeoutMs);
    this.#child = child;
    this.#enter(status, { pid: child.pid });
    const { port, version } = await child.ready;
    if (!this.#stopped.signal.aborted) this.#enter('running', { port, version, url: this.#spec.url(port) });
    return child;
  }

  /** Follows the child and its successors until stopped or given up. */
  async #keep(first: EngineChild): Promise<void> {
    let child: EngineChild | null = first;
    let failures = 0;
    while (!this.#stopped.signal.aborted) {
      if (child) {
        const runningSince = Date.now();
        const outcome = await child.exited;
        if (this.#stopped.signal.aborted) return;
        if (Date.now() - runningSince >= this.#times.healthyAfterMs) failures = 0;
        this.#logDeath(outcome);
      }
      this.#enter('restarting', { pid: null, restarts: this.#state.restarts + 1 });
      if (!(await this.#pause(failures))) return;
      failures += 1;
      child = await this.#run('restarting').catch((error: unknown) =>
        this.#restartFailed(asError(error), failures),
      );
      if (this.#state.status === 'failed') return;
    }
  }

  #logDeath({ code, signal }: ExitOutcome): void {
    this.#log.warn({ code, signal }, 'the engine died and is started again');
  }

  /** Returns null: there is no child. */
  #restartFailed(error: Error, failures: number): null {
    if (this.#stopped.signal.aborted) return null;
    this.#log.error({ err: error, failures }, 'a restart failed');
    if (failures >= MAX_FAILED_RESTARTS) this.#enter('failed', { pid: null }, error);
    return null;
  }

  /** Waits before a restart. @returns false when stopped meanwhile */
  async #pause(failures: number): Promise<boolean> {
    const { firstBackoffMs, maxBackoffMs } = this.#times;
    const wait = Math.min(firstBackoffMs * 2 ** failures, maxBackoffMs);
    return delay(wait, true, { signal: this.#stopped.signal }).catch(() => false);
  }

  #enter(status: EngineStatus, change: Partial<EngineState> = {}, error?: Error): void {
    this.#state = { ...this.#state, ...change, status, since: new Date() };
    this.#changed(this.#state, error);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
