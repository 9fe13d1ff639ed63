import {
  type EngineProcess as AnyEngine,
  newEngineFolder,
  startEngineProcess,
} from '../../support/engine-process.ts';

/** An embedded event store in a process of its own. */
export type EngineProcess = AnyEngine & { readonly url: string };

/** A folder for one test, gone with the process that made it. */
export const newFolder = (): string => newEngineFolder('eventstore');

/** Starts an embedded event store and waits until it accepts connections. Port 0 lets the system choose. */
export async function startEngine(
  folder: string = newFolder(),
  port = 0,
  settings: Readonly<Record<string, string>> = {},
): Promise<EngineProcess> {
  const engine = await startEngineProcess('eventstore', { folder, port, settings });
  return { ...engine, url: `esdb://127.0.0.1:${engine.port}?tls=false` };
}
