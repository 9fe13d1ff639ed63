import { type EngineProcess, newEngineFolder, startEngineProcess } from '../support/engine-process.ts';
import { until } from '../support/until.ts';

/** An engine whose transactions are in several parts, so that one can be seen to be half done. */
export type KilledEngine = {
  readonly name: 'postgres' | 'graph';
  /** Parts of each transaction. */
  readonly parts: number;
  /** A client of a running engine. */
  connect(port: number): Promise<EngineClient>;
};

export type EngineClient = {
  /** Before the first write to an empty engine, or again to one that is not. */
  prepare(): Promise<void>;
  /** Resolves when a transaction of that name is acknowledged. */
  write(name: string): Promise<void>;
  /** How many parts of each transaction there are. */
  read(): Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
};

const writers = 6;

/**
 * Lets writers commit one transaction after another, kills the engine at a moment of chance, and looks after its restart
 * what it has kept; again and again, on the same data.
 *
 * @param settings environment variables the engine is started with
 * @returns what is wrong, in words: acknowledged transactions that are lost, and any that are half done
 */
export async function playEngineRounds(
  engine: KilledEngine,
  rounds: number,
  random: () => number,
  settings: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const folder = newEngineFolder(engine.name);
  const acknowledged = new Set<string>();
  let running: EngineProcess | undefined;
  try {
    for (let round = 0; round <= rounds; round++) {
      running = await startEngineProcess(engine.name, { folder, settings });
      const { port } = running;
      const client = await engine.connect(port);
      await client.prepare();
      const wrong = findWrong(engine, acknowledged, await client.read());
      await client.close();
      if (wrong.length > 0 || round === rounds) return wrong;

      const target = acknowledged.size + 20 + Math.floor(random() * 150);
      const writing = Array.from({ length: writers }, (_, writer) =>
        writeUntilGone(engine, port, `${round}-${writer}`, acknowledged),
      );
      await until('enough is acknowledged', () => acknowledged.size >= target, { intervalMs: 1 });
      await running.kill();
      await Promise.all(writing);
    }
    return [];
  } finally {
    await running?.stop();
  }
}

/** Each writer has a connection of its own; the first error ends it, for the engine is gone. */
async function writeUntilGone(
  engine: KilledEngine,
  port: number,
  prefix: string,
  acknowledged: Set<string>,
): Promise<void> {
  const client = await engine.connect(port);
  try {
    for (let n = 0; ; n++) {
      await client.write(`${prefix}-${n}`);
      acknowledged.add(`${prefix}-${n}`);
    }
  } catch {
    await client.close().catch(() => undefined);
  }
}

function findWrong(
  { parts }: KilledEngine,
  acknowledged: ReadonlySet<string>,
  kept: ReadonlyMap<string, number>,
): string[] {
  return [
    ...[...acknowledged]
      .filter((name) => !kept.has(name))
      .map((name) => `${name} was acknowledged and is lost`),
    ...[...kept]
      .filter(([, count]) => count !== parts)
      .map(([name, count]) => `${name} is there in ${count} of ${parts} parts`),
  ];
}
