import type { Logger } from '#platform/log';
import type { EngineSpec, EngineState } from './engine-spec.ts';
import { DEFAULT_TIMES, SupervisedEngine, type SupervisionTimes } from './supervised-engine.ts';

/** Engines that run, each kept alive, until stopped. */
export type EngineSupervisor = {
  /** The state of every engine, in the order of the specs. */
  states(): EngineState[];
  /** The address of a running or restarting engine. Throws if there is none of that name. */
  url(name: string): string;
  /** Stops all, last started first. Settles when no child process is left. */
  stop(): Promise<void>;
};

export type SupervisionOptions = {
  readonly log: Logger;
  /** Called at every change of an engine's state; `error` comes with the status `failed`: it was given up. */
  readonly onChange?: (state: EngineState, error?: Error) => void;
  readonly times?: Partial<SupervisionTimes>;
};

/**
 * Starts engines as child processes, all at once, and keeps them running: one that dies is started again on the same
 * port and folder, so clients find it where it was.
 *
 * A child ends by itself when this process is gone, however it went: it watches the IPC channel.
 *
 * @throws EngineStartError if one cannot start; the others are stopped first
 */
export async function superviseEngines(
  specs: readonly EngineSpec[],
  { log, onChange = () => undefined, times = {} }: SupervisionOptions,
): Promise<EngineSupervisor> {
  const engines = specs.map(
    (spec) =>
      new SupervisedEngine(spec, log.child({ engine: spec.name }), { ...DEFAULT_TIMES, ...times }, onChange),
  );
  const stop = async () => {
    for (const engine of engines.toReversed()) await engine.stop();
  };
  try {
    await Promise.all(engines.map((engine) => engine.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    states: () => engines.map((engine) => engine.state),
    url(name) {
      const url = engines.find((engine) => engine.state.name === name)?.state.url;
      if (!url) throw new Error(`no embedded engine named "${name}" is running`);
      return url;
    },
    stop,
  };
}
