import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLogger } from '#platform/log';
import type { RunningEngine } from '../engine-process.ts';
import { startPostgres } from './server.ts';
import { cString, errorOf, int32, message, rowsOf, simpleQuery, spansOf, sync } from './wire.ts';

let engine: RunningEngine;
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-pglite-'));
  engine = await startPostgres({ folder, port: 0, log: createLogger('test', 'silent') });
}, 180_000);
afterAll(async () => {
  await engine.close();
});

/** A client that speaks bytes. */
class RawClient {
  readonly socket: Socket = connect(engine.port, '127.0.0.1');
  #received: Buffer = Buffer.alloc(0);

  constructor() {
    this.socket.setNoDelay(true);
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
  }

  /** Sends and waits for the answer up to ReadyForQuery. */
  async ask(...bytes: Buffer[]): Promise<Buffer> {
    this.socket.write(Buffer.concat(bytes));
    return this.until('Z');
  }

  /** What has come up to the last message of this type, once there is one. */
  async until(type: string): Promise<Buffer> {
    await vi.waitFor(
      () =>
        expect(
          [...spansOf(this.#received)].some(
            (span) => span.type === type && span.end <= this.#received.length,
          ),
        ).toBe(true),
      { interval: 1, timeout: 20_000 },
    );
    return this.take();
  }

  take(): Buffer {
    const received = this.#received;
    this.#received = Buffer.alloc(0);
    return received;
  }
}

function startup(parameters: Record<string, string> = {}, version = 196_608): Buffer {
  const pairs = Object.entries({ user: 'casefold', database: 'postgres', ...parameters });
  const body = Buffer.concat([...pairs.flat().map(cString), Buffer.of(0)]);
  return Buffer.concat([int32(8 + body.length), int32(version), body]);
}

async function open(): Promise<RawClient & { key: Buffer }> {
  const client = new RawClient();
  const greeting = await client.ask(startup());
  const key = [...spansOf(greeting)].find(({ type }) => type === 'K');
  return Object.assign(client, { key: greeting.subarray((key?.start ?? 0) + 5, key?.end) });
}

/** Waits until exactly these rows have come, in however many pieces. */
async function rowsCome(client: RawClient, rows: readonly (readonly string[])[]): Promise<void> {
  const pieces: Buffer[] = [];
  await vi.waitFor(
    () => {
      pieces.push(client.take());
      expect(rowsOf(Buffer.concat(pieces))).toEqual(rows);
    },
    { timeout: 20_000 },
  );
}

const parse = (name: string, sql: string) => message('P', name, sql, Buffer.of(0, 0));
const bind = (name: string) => message('B', '', name, Buffer.of(0, 0, 0, 0, 0, 0));
const execute = message('E', '', int32(0));

test('it says what it is', () => {
  expect(engine.version).toMatch(/^PGlite [\d.]+, PostgreSQL 18\.\d+, pgvector 0\.8\.\d+$/);
});

test('encryption is declined, then the start-up goes on', async () => {
  const client = new RawClient();
  client.socket.write(Buffer.concat([int32(8), int32(80_877_103)]));
  await once(client.socket, 'data');
  expect(client.take().toString()).toBe('N');
  const greeting = await client.ask(startup());
  expect(greeting.toString()).toContain('server_version');
});

test('messages may come in any pieces', async () => {
  const client = await open();
  for (const byte of Buffer.concat([
    simpleQuery("SELECT 'ü' AS u"),
    parse('', 'SELECT 2'),
    bind(''),
    execute,
    sync,
  ]))
    await new Promise((resolve) => client.socket.write(Buffer.of(byte), resolve));
  await vi.waitFor(() => expect(client.socket.bytesRead).toBeGreaterThan(0), { timeout: 20_000 });
  await rowsCome(client, [['ü'], ['2']]);
});

test('many messages may come in one piece, and are answered in order', async () => {
  const client = await open();
  const all = Array.from({ length: 200 }, (_, i) => simpleQuery(`SELECT ${i}`));
  client.socket.write(Buffer.concat(all));
  await rowsCome(
    client,
    all.map((_, i) => [`${i}`]),
  );
});

test('the unnamed statement of a client stays its own', async () => {
  const [one, two] = [await open(), await open()];
  await one.ask(parse('', "SELECT 'one'"), sync);
  await two.ask(parse('', "SELECT 'two'"), sync);
  const answer = await one.ask(bind(''), execute, sync);
  expect(rowsOf(answer)).toEqual([['one']]);
  expect([...spansOf(answer)].map(({ type }) => type).join('')).toBe('2DCZ');
  expect(rowsOf(await two.ask(bind(''), execute, sync))).toEqual([['two']]);
});

test('COPY works through the extended protocol as well', async () => {
  const client = await open();
  await client.ask(simpleQuery('CREATE TABLE extended (n int)'));
  client.socket.write(Buffer.concat([parse('', 'COPY extended FROM STDIN'), bind(''), execute, sync]));
  await client.until('G');
  const answer = await client.ask(message('d', Buffer.from('1\n2\n')), message('c'), sync);
  expect([...spansOf(answer)].map(({ type }) => type).join('')).toBe('12CZ');
  expect(rowsOf(await client.ask(simpleQuery('SELECT * FROM extended')))).toEqual([['1'], ['2']]);
});

test('a query that waits for another transaction can be cancelled; the wrong key cancels nothing', async () => {
  const [holder, waiting] = [await open(), await open()];
  await holder.ask(simpleQuery('BEGIN'));
  waiting.socket.write(simpleQuery('SELECT 1'));
  const cancel = (key: Buffer) => {
    const client = new RawClient();
    client.socket.write(Buffer.concat([int32(16), int32(80_877_102), key]));
    return once(client.socket, 'close');
  };
  await cancel(Buffer.concat([waiting.key.subarray(0, 4), int32(0)]));
  expect(waiting.take()).toHaveLength(0);
  await cancel(waiting.key);
  expect(errorOf(await waiting.until('Z'))).toBe('canceling statement due to user request');
  await holder.ask(simpleQuery('ROLLBACK'));
  expect(rowsOf(await waiting.ask(simpleQuery('SELECT 2')))).toEqual([['2']]);
});

test.each([
  ['another database', startup({ database: 'sales' }), /database "sales" does not exist/],
  ['another encoding', startup({ client_encoding: 'LATIN1' }), /encoding "LATIN1" is not supported/],
  ['an older protocol', startup({}, 131_072), /unsupported frontend protocol 2\.0/],
  ['no Postgres at all', Buffer.from('GET / HTTP/1.1\r\n\r\n'), /invalid message length/],
])('%s is refused with a reason', async (_what, bytes, reason) => {
  const client = new RawClient();
  client.socket.write(bytes);
  await once(client.socket, 'close');
  expect(errorOf(client.take())).toMatch(reason);
});

test.each([
  ['a length that cannot be', Buffer.from([81, 255, 255, 255, 255]), /invalid message length/],
  ['an unknown message', message('y', 'x'), /unknown frontend message type "y"/],
])('%s ends the connection and no other', async (_what, bytes, reason) => {
  const [broken, other] = [await open(), await open()];
  await broken.ask(simpleQuery('BEGIN'));
  broken.socket.write(bytes);
  await once(broken.socket, 'close');
  expect(errorOf(broken.take())).toMatch(reason);
  expect(rowsOf(await other.ask(simpleQuery('SELECT 1')))).toEqual([['1']]);
});
