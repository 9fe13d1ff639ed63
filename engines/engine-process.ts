import { parseArgs } from 'node:util';
import { z } from 'zod';
import { lockFolder } from '#platform/folder-lock';
import { createLogger, type Logger } from '#platform/log';

/** What an embedded engine is started with. */
export type EngineOptions = {
  /** Where it keeps its data; made if missing; held by this process alone. */
  readonly folder: string;
  /** TCP port on 127.0.0.1; 0 lets the system choose. */
  readonly port: number;
  readonly log: Logger;
};

/** An engine that accepts connections. */
export type RunningEngine = {
  readonly port: number;
  /** What stands behind the wire, for `casefold doctor`: `sqlite 3.50.4`, `PGlite 0.5.14` … */
  readonly version: string;
  /** Stops accepting, flushes what is acknowledged, closes. */
  close(): Promise<void>;
};

export type StartEngine = (options: EngineOptions) => Promise<RunningEngine>;

/** The one message an engine process sends to its supervisor. */
export const engineReadySchema = z.object({
  kind: z.literal('ready'),
  port: z.number(),
  version: z.string(),
});

/**
 * The `main` of every engine process: `node engines/<name>/main.ts --folder <folder> --port <port>`.
 *
 * Locks the folder, starts the engine, tells the parent (over the IPC channel, where there is one) that it is ready,
 * and stops cleanly when the parent closes that channel or is gone: an engine never outlives its supervisor. SIGINT and
 * SIGTERM stop only an engine without a parent: Ctrl-C and `kill` of a process group reach every process at once, and the
 * parent still needs its engines to end well.
 * Exit codes: 0 stopped, 1 failed, 75 (EX_TEMPFAIL) the folder is held by another process.
 */
export async function runEngineProcess(name: string, start: StartEngine): Promise<void> {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string' },
      port: { type: 'string', default: '0' },
      'log-level': { type: 'string' },
    },
  });
  const { folder, port } = z
    .object({ folder: z.string().min(1), port: z.coerce.number().int().min(0).max(65535) })
    .parse(values);
  const log = createLogger(name, values['log-level'] ?? 'info');

  let stop = (): void => process.exit(1);
  // The parent may be killed while the engine still starts, or before this line was reached.
  process.on('disconnect', () => stop());
  if (process.connected === false) stop();
  const onSignal = () => {
    if (!process.connected) stop();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  let release: () => void;
  try {
    release = lockFolder(folder);
  } catch (error) {
    log.error(error instanceof Error ? error.message : String(error));
    process.exit(75);
  }

  const engine = await start({ folder, port, log });
  log.debug({ port: engine.port, version: engine.version }, 'ready');

  const close = once(async () => {
    await engine.close();
    release();
    process.exit(0);
  });
  stop = () => void close();
  process.send?.({ kind: 'ready', port: engine.port, version: engine.version });
}

/** The work, done at the first call alone; every call gets its promise. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => (done ??= work());
}
