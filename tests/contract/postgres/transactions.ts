import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgSchema, text } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { expect, test, vi } from 'vitest';
import { type PostgresTarget, withClient } from './target.ts';

const notes = pgSchema('contract').table('notes', {
  id: integer('id').primaryKey(),
  body: text('body').notNull(),
});

export function transactionContract(target: () => PostgresTarget): void {
  test('drizzle commits, rolls back and nests with savepoints', async () => {
    const db = drizzle(target().pool);
    await db.execute(sql`CREATE TABLE contract.notes (id int PRIMARY KEY, body text NOT NULL)`);
    await db.transaction(async (tx) => {
      await tx.insert(notes).values({ id: 1, body: 'kept' });
      await expect(
        tx.transaction(async (inner) => {
          await inner.insert(notes).values({ id: 2, body: 'undone' });
          throw new Error('back to the savepoint');
        }),
      ).rejects.toThrow('back to the savepoint');
      await tx.transaction(async (inner) => {
        await inner.insert(notes).values({ id: 3, body: 'kept too' });
      });
    });
    await expect(
      db.transaction(async (tx) => {
        await tx.insert(notes).values({ id: 4, body: 'never' });
        tx.rollback();
      }),
    ).rejects.toThrow();
    expect(await db.select().from(notes).orderBy(notes.id)).toEqual([
      { id: 1, body: 'kept' },
      { id: 3, body: 'kept too' },
    ]);
    expect(await db.select().from(notes).where(eq(notes.id, 4))).toEqual([]);
  });

  test('an error fails the transaction until it is rolled back, and the connection lives on', async () => {
    await withClient(target(), async (client) => {
      await client.query('BEGIN');
      await expect(client.query('SELECT * FROM contract.no_such_table')).rejects.toMatchObject({
        code: '42P01',
      });
      await expect(client.query('SELECT $1::int', [1])).rejects.toMatchObject({ code: '25P02' });
      expect((await client.query('COMMIT')).command).toBe('ROLLBACK');
      expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });
  });

  test('others wait for an open transaction and go on after it', async () => {
    const { pool } = target();
    await pool.query('CREATE TABLE contract.waited (n int)');
    await withClient(target(), async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE contract.waited IN ACCESS EXCLUSIVE MODE');
      let seen: number | null = null;
      const waiting = pool.query('SELECT count(*)::int AS n FROM contract.waited').then(({ rows }) => {
        seen = rows[0].n;
      });
      await client.query('INSERT INTO contract.waited VALUES (1)');
      expect(seen).toBeNull();
      await client.query('COMMIT');
      await waiting;
      expect(seen).toBe(1);
    });
  });

  test('a client that goes away inside a transaction leaves nothing of it', async () => {
    const { pool } = target();
    await pool.query('CREATE TABLE contract.left_behind (n int)');
    for (const leave of [(client: pg.Client) => client.end(), cutTheWire]) {
      const client = await target().connect();
      client.on('error', () => undefined);
      await client.query('BEGIN');
      await client.query('INSERT INTO contract.left_behind VALUES (1)');
      await leave(client);
      expect((await pool.query('SELECT * FROM contract.left_behind')).rows).toEqual([]);
    }
  });

  test('constraint errors carry code, constraint and table', async () => {
    const { pool } = target();
    await pool.query('CREATE TABLE contract.strict (id int CONSTRAINT only_once PRIMARY KEY)');
    await pool.query('INSERT INTO contract.strict VALUES (1)');
    await expect(pool.query('INSERT INTO contract.strict VALUES ($1)', [1])).rejects.toMatchObject({
      code: '23505',
      constraint: 'only_once',
      table: 'strict',
      schema: 'contract',
    });
  });

  test('several statements in one text are one transaction', async () => {
    const { pool } = target();
    await pool.query('CREATE TABLE contract.all_or_none (n int)');
    await expect(
      pool.query('INSERT INTO contract.all_or_none VALUES (1); SELECT 1 / 0'),
    ).rejects.toMatchObject({ code: '22012' });
    expect((await pool.query('SELECT * FROM contract.all_or_none')).rows).toEqual([]);
  });
}

/** Ends the TCP connection without a word, as a crashed client does. */
async function cutTheWire(client: pg.Client): Promise<void> {
  const gone = vi.fn();
  client.on('end', gone);
  client.connection.stream.destroy();
  await vi.waitFor(() => expect(gone).toHaveBeenCalled(), { timeout: 20_000 });
}
