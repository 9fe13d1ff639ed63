import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '#platform/log';
import { BatchBuilder } from './batch.ts';
import { type Database, openDatabase } from './database.ts';
import { Session, type SessionClient } from './session.ts';
import { errorOf, rowsOf, simpleQuery } from './wire.ts';

let database: Database;
let session: Session;
beforeAll(async () => {
  database = await openDatabase(mkdtempSync(join(tmpdir(), 'casefold-session-')), (error) => {
    throw error;
  });
}, 180_000);
afterAll(() => database.close());
beforeEach(() => {
  session = new Session(database, createLogger('test', 'silent'));
});

/** A client without a socket: keeps what it is told. */
class Listener implements SessionClient {
  readonly processId = 1;
  readonly replies: Buffer[] = [];
  ended: Buffer | null = null;

  ask(sql: string): void {
    const batch = new BatchBuilder(1);
    batch.add({ type: 'Q', bytes: simpleQuery(sql) });
    session.submit(this, batch.take(true));
  }
  deliver(reply: Buffer): void {
    this.replies.push(reply);
  }
  send(): void {}
  terminate(error: Buffer): void {
    this.ended = error;
    session.leave(this, []);
  }
}

test('a transaction that sits idle while others wait is ended, and they go on', () => {
  const [sleeper, waiting] = [new Listener(), new Listener()];
  sleeper.ask('BEGIN');
  waiting.ask('SELECT 1');
  session.tick(Date.now() + 59_000);
  expect(sleeper.ended).toBeNull();
  expect(waiting.replies).toEqual([]);
  session.tick(Date.now() + 61_000);
  expect(errorOf(sleeper.ended ?? Buffer.alloc(0))).toMatch(
    /its transaction sat idle for 61 s while others waited/,
  );
  expect(waiting.replies.flatMap(rowsOf)).toEqual([['1']]);
});

test('an idle transaction nobody waits for is left alone', () => {
  const sleeper = new Listener();
  sleeper.ask('BEGIN');
  session.tick(Date.now() + 600_000);
  expect(sleeper.ended).toBeNull();
  session.leave(sleeper, []);
});

test('a pause is used for a checkpoint, and for tables with many dead or new rows', async () => {
  const client = new Listener();
  client.ask('CREATE TABLE worn AS SELECT n FROM generate_series(1, 2000) AS n; UPDATE worn SET n = n + 1');
  // Each switch goes on to the next file of 16 MiB.
  for (let i = 0; i < 5; i++) client.ask('INSERT INTO worn VALUES (0); SELECT pg_switch_wal()');
  expect(client.replies.map(errorOf).filter((error) => error !== null)).toEqual([]);
  expect(walSinceCheckpoint()).toBeGreaterThan(64 * 1024 * 1024);
  let now = Date.now();
  // PostgreSQL publishes its counts about once a second: until then there is nothing to see.
  await vi.waitFor(
    () => {
      now += 10_000;
      session.tick(now);
      database.query('SELECT pg_stat_force_next_flush()');
      const [row] = database.query(`SELECT n_dead_tup, n_mod_since_analyze, vacuum_count, analyze_count > 0
        FROM pg_stat_user_tables WHERE relname = 'worn'`);
      expect(row).toEqual(['0', '0', '1', 't']);
    },
    { timeout: 20_000, interval: 50 },
  );
  expect(walSinceCheckpoint()).toBeLessThan(64 * 1024 * 1024);
});

test('a busy session is not stopped for maintenance', () => {
  const client = new Listener();
  client.ask(`CREATE TABLE busy AS SELECT n FROM generate_series(1, 1000) AS n; SELECT 1`);
  database.query('SELECT pg_stat_force_next_flush()');
  session.tick();
  const [row] = database.query("SELECT analyze_count FROM pg_stat_user_tables WHERE relname = 'busy'");
  expect(row).toEqual(['0']);
});

function walSinceCheckpoint(): number {
  const [row] = database.query(
    'SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::bigint FROM pg_control_checkpoint()',
  );
  return Number(row?.[0]);
}
