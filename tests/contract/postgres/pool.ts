import pg from 'pg';
import { expect, test } from 'vitest';
import type { PostgresTarget } from './target.ts';

export function poolContract(target: () => PostgresTarget): void {
  test('hundreds of mixed queries at once each get their own answer', async () => {
    const { pool } = target();
    await pool.query('CREATE TABLE contract.mixed (id int PRIMARY KEY, body text)');
    const answers = await Promise.all(
      Array.from({ length: 600 }, async (_, i) => {
        if (i % 5 === 0) {
          const { rowCount } = await pool.query('INSERT INTO contract.mixed VALUES ($1, $2)', [
            i,
            `row ${i}`,
          ]);
          return rowCount === 1;
        }
        if (i % 5 === 1) {
          const { rows } = await pool.query({
            name: `add-${i % 3}`,
            text: 'SELECT $1::int + 1 AS n',
            values: [i],
          });
          return rows[0].n === i + 1;
        }
        if (i % 5 === 2) {
          const { rows } = await pool.query(`SELECT ${i} AS n`);
          return rows[0].n === i;
        }
        if (i % 5 === 3) {
          const error = await pool
            .query('SELECT 1 / $1::int', [0])
            .catch((reason: pg.DatabaseError) => reason);
          return error instanceof pg.DatabaseError && error.code === '22012';
        }
        const text = `${i}`.repeat(5_000);
        const { rows } = await pool.query('SELECT $1::text AS t', [text]);
        return rows[0].t === text;
      }),
    );
    expect(answers.filter((right) => !right)).toEqual([]);
    expect((await pool.query('SELECT count(*)::int AS n FROM contract.mixed')).rows).toEqual([{ n: 120 }]);
  });

  test('transactions of many connections do not see into each other', async () => {
    const { pool } = target();
    await pool.query('CREATE TABLE contract.counter (n int)');
    await pool.query('INSERT INTO contract.counter VALUES (0)');
    await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const client = await pool.connect();
        try {
          await client.query('BEGIN');
          await client.query('UPDATE contract.counter SET n = n + 1');
          await client.query(i % 3 === 0 ? 'ROLLBACK' : 'COMMIT');
        } finally {
          client.release();
        }
      }),
    );
    expect((await pool.query('SELECT n FROM contract.counter')).rows).toEqual([{ n: 40 }]);
  });

  test('connections come and go', async () => {
    const { pool } = target();
    for (let round = 0; round < 5; round++) {
      const small = new pg.Pool({ connectionString: target().url, max: 8 });
      await Promise.all(
        Array.from({ length: 40 }, () => small.query({ name: 'same', text: 'SELECT 1', values: [] })),
      );
      await small.end();
    }
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
}
