/** An engine the supervisor can run. */
export type EngineSpec = {
  /** Names it in logs and states; one of a kind among the engines supervised together. */
  readonly name: string;
  /** Path of its `main.ts`, which calls `runEngineProcess`. */
  readonly main: string;
  /** Where it keeps its data. */
  readonly folder: string;
  /** TCP port on 127.0.0.1; left out, the system chooses one at the first start and restarts keep it. */
  readonly port?: number;
  readonly logLevel?: string;
  /** The address clients connect to. */
  url(port: number): string;
};

export type EngineStatus = 'starting' | 'running' | 'restarting' | 'stopping' | 'stopped' | 'failed';

/** What is known of one engine at a moment. */
export type EngineState = {
  readonly name: string;
  readonly status: EngineStatus;
  readonly pid: number | null;
  readonly port: number | null;
  readonly url: string | null;
  readonly version: string | null;
  /** How often it died and was started again. */
  readonly restarts: number;
  /** When it came into this status. */
  readonly since: Date;
};

/** Thrown when an engine cannot be started, with what it said last and how to mend it. */
export class EngineStartError extends Error {
  override name = 'EngineStartError';
  readonly engine: string;
  constructor(engine: string, reason: string) {
    super(`The embedded engine "${engine}" did not start: ${reason}`);
    this.engine = engine;
  }
}
