import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { newFolder, startEngine } from '../contract/eventstore/engine.ts';

/** What the server said it has. */
type Acknowledged = { id: string; stream: string; revision: bigint; position: bigint };

/** A writer that appends to a stream of its own, and after a crash repeats what was not answered, with the same ids. */
class Writer {
  readonly stream: string;
  readonly acknowledged: Acknowledged[] = [];
  readonly refused: string[] = [];
  readonly #random: () => number;
  #pending: ReturnType<Writer['nextBatch']>;
  #written = 0n;

  constructor(number: number, random: () => number) {
    this.stream = `writer-${number}`;
    this.#random = random;
    this.#pending = this.nextBatch();
  }

  /** Appends until the server is gone. */
  async write(client: EventStoreDBClient, gone: AbortSignal, onAnswer: () => void): Promise<void> {
    // The client never answers an append that meets a breaking connection: the end of the round does.
    const over = new Promise<undefined>((resolve) =>
      gone.addEventListener('abort', () => resolve(undefined)),
    );
    while (!gone.aborted && this.refused.length === 0) {
      const expectedRevision = this.#written === 0n ? 'no_stream' : this.#written - 1n;
      const events = this.#pending;
      const append = client
        .appendToStream(this.stream, events, { expectedRevision })
        .catch((error: unknown) => {
          // Only a broken connection is expected.
          if (error instanceof Error && 'type' in error && error.type === 'wrong-expected-version') {
            this.refused.push(`${this.stream}: ${error.message}`);
          }
          return undefined;
        });
      const result = await Promise.race([append, over]);
      if (!result) return;
      // The answer names the last event's place; those of one append follow each other.
      const first = (result.position?.commit ?? 0n) - BigInt(events.length) + 1n;
      for (const [index, { id }] of events.entries()) {
        const position = first + BigInt(index);
        this.acknowledged.push({ id, stream: this.stream, revision: this.#written++, position });
      }
      this.#pending = this.nextBatch();
      onAnswer();
    }
  }

  nextBatch() {
    const size = 1 + Math.floor(this.#random() * 3);
    return Array.from({ length: size }, () =>
      jsonEvent({
        id: randomUUID(),
        type: 'Written',
        data: { text: 'x'.repeat(Math.floor(this.#random() * 2000)) },
      }),
    );
  }
}

/**
 * Lets writers append to the embedded event store, kills it at a moment of chance, starts it again, and looks in the end
 * whether whatever was acknowledged is there once, and where it was said to be.
 *
 * @param settings environment variables the engine is started with
 * @returns how many events were acknowledged, and what is wrong, in words
 */
export async function playLogRounds(
  { rounds, writers: count }: { readonly rounds: number; readonly writers: number },
  random: () => number,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ acknowledged: number; wrong: string[] }> {
  const folder = newFolder();
  const writers = Array.from({ length: count }, (_, number) => new Writer(number, random));
  const wrong: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const engine = await startEngine(folder, 0, settings);
    const client = EventStoreDBClient.connectionString(engine.url);
    const gone = new AbortController();
    let answersLeft = 20 + Math.floor(random() * 500);
    const enough = Promise.withResolvers<void>();
    const onAnswer = () => {
      if (--answersLeft === 0) enough.resolve();
    };
    const writing = Promise.all(writers.map((writer) => writer.write(client, gone.signal, onAnswer)));
    // Writers that are all refused end before there is enough.
    await Promise.race([enough.promise, writing]);
    await engine.kill();
    gone.abort();
    await writing;
    await client.dispose();
    wrong.push(...checkFile(folder));
  }
  wrong.push(...writers.flatMap(({ refused }) => refused));
  const acknowledged = writers.flatMap((writer) => writer.acknowledged);
  wrong.push(...(await checkEvents(folder, acknowledged)));
  return { acknowledged: acknowledged.length, wrong };
}

async function checkEvents(folder: string, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const wrong: string[] = [];
  const engine = await startEngine(folder);
  const client = EventStoreDBClient.connectionString(engine.url);
  const log = new Map<string, Acknowledged>();
  const next = new Map<string, bigint>();
  let position = 0n;
  for await (const { event } of client.readAll()) {
    if (!event) throw new Error('An event of the log cannot be missing.');
    const { id, streamId: stream, revision } = event;
    if (event.position.commit !== ++position)
      wrong.push(`position ${event.position.commit} after ${position - 1n}`);
    if (revision !== (next.get(stream) ?? 0n)) wrong.push(`${stream}: revision ${revision} is out of order`);
    if (log.has(id)) wrong.push(`${stream}: event ${id} is there twice`);
    next.set(stream, revision + 1n);
    log.set(id, { id, stream, revision, position });
  }
  for (const { id, stream, revision, position: at } of acknowledged) {
    const event = log.get(id);
    if (!event) wrong.push(`${stream}: acknowledged revision ${revision} is lost`);
    else if (event.stream !== stream || event.revision !== revision || event.position !== at) {
      wrong.push(`${stream}: acknowledged revision ${revision} is somewhere else`);
    }
  }
  await Promise.race([client.dispose(), delay(500)]);
  await engine.stop();
  return wrong;
}

/** Opens the file as the crash left it; SQLite recovers it, and then it has to be whole. */
function checkFile(folder: string): string[] {
  const database = new DatabaseSync(join(folder, 'log.sqlite'));
  const { quick_check: found } = database.prepare('PRAGMA quick_check').get() ?? {};
  database.close();
  return found === 'ok' ? [] : [`the file of the log is damaged: ${found}`];
}
