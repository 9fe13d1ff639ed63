import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { expect, test } from 'vitest';
import { newFolder, startEngine } from '../contract/eventstore/engine.ts';

const ROUNDS = 6;
const WRITERS = 16;

/** What the server said it has. */
type Acknowledged = { id: string; stream: string; revision: bigint; position: bigint };

/** A writer that appends to a stream of its own, and after a crash repeats what was not answered, with the same ids. */
class Writer {
  readonly stream: string;
  readonly acknowledged: Acknowledged[] = [];
  #pending = this.#nextBatch();
  #written = 0n;

  constructor(number: number) {
    this.stream = `writer-${number}`;
  }

  /** Appends until the server is gone. */
  async write(client: EventStoreDBClient, gone: AbortSignal, onAnswer: () => void): Promise<void> {
    // The client never answers an append that meets a breaking connection: the end of the round does.
    const over = new Promise<undefined>((resolve) =>
      gone.addEventListener('abort', () => resolve(undefined)),
    );
    while (!gone.aborted) {
      const expectedRevision = this.#written === 0n ? 'no_stream' : this.#written - 1n;
      const events = this.#pending;
      const append = client
        .appendToStream(this.stream, events, { expectedRevision })
        .catch((error: unknown) => {
          if (error instanceof Error && 'type' in error && error.type === 'wrong-expected-version')
            throw error;
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
      this.#pending = this.#nextBatch();
      onAnswer();
    }
  }

  #nextBatch() {
    const size = 1 + Math.floor(Math.random() * 3);
    return Array.from({ length: size }, () =>
      jsonEvent({ id: randomUUID(), type: 'Written', data: { text: 'x'.repeat(Math.random() * 2000) } }),
    );
  }
}

test('whatever was acknowledged is there once, after the server was killed at random moments', async () => {
  const folder = newFolder();
  const writers = Array.from({ length: WRITERS }, (_, number) => new Writer(number));

  for (let round = 0; round < ROUNDS; round++) {
    const engine = await startEngine(folder);
    const client = EventStoreDBClient.connectionString(engine.url);
    const gone = new AbortController();
    let answersLeft = 20 + Math.floor(Math.random() * 500);
    const killed = new Promise<void>((resolve, reject) => {
      const onAnswer = () => {
        if (--answersLeft === 0) engine.kill().then(resolve, reject);
      };
      Promise.all(writers.map((writer) => writer.write(client, gone.signal, onAnswer))).catch(reject);
    });
    await killed.finally(() => gone.abort());
    await client.dispose();
    checkFile(folder);
  }

  const engine = await startEngine(folder);
  const client = EventStoreDBClient.connectionString(engine.url);
  const log = new Map<string, Acknowledged>();
  const next = new Map<string, bigint>();
  const wrong: string[] = [];
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
  const acknowledged = writers.flatMap((writer) => writer.acknowledged);
  for (const { id, stream, revision, position: at } of acknowledged) {
    const event = log.get(id);
    if (!event) wrong.push(`${stream}: acknowledged revision ${revision} is lost`);
    else if (event.stream !== stream || event.revision !== revision || event.position !== at) {
      wrong.push(`${stream}: acknowledged revision ${revision} is somewhere else`);
    }
  }
  await client.dispose();
  await engine.stop();
  expect(wrong).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(WRITERS * ROUNDS);
});

/** Opens the file as the crash left it; SQLite recovers it, and then it has to be whole. */
function checkFile(folder: string): void {
  const database = new DatabaseSync(join(folder, 'log.sqlite'));
  expect(database.prepare('PRAGMA quick_check').get()).toEqual({ quick_check: 'ok' });
  database.close();
}
