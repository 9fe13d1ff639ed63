import { expect, test } from 'vitest';
import type { PostgresTarget } from './target.ts';

const DIMENSIONS = 64;

/** pgvector's binary form: int16 dimensions, int16 unused, then float32 big-endian. */
function vectorBytes(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + values.length * 4);
  bytes.writeInt16BE(values.length, 0);
  values.forEach((value, i) => {
    bytes.writeFloatBE(value, 4 + i * 4);
  });
  return bytes;
}

/** A vector that depends on `seed` alone. */
function vectorOf(seed: number): number[] {
  let state = seed * 2_654_435_761 + 1;
  return Array.from({ length: DIMENSIONS }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export function searchContract(target: () => PostgresTarget): void {
  test('vectors go in as binary parameters, and a filtered search reaches its limit over an HNSW index', async () => {
    const { pool } = target();
    await pool.query(
      `CREATE TABLE contract.vectors (id int PRIMARY KEY, case_id int, v vector(${DIMENSIONS}))`,
    );
    for (let id = 0; id < 2_000; id += 100) {
      const values = Array.from({ length: 100 }, (_, i) => [
        id + i,
        (id + i) % 50,
        vectorBytes(vectorOf(id + i)),
      ]);
      const places = values.map((_, i) => `($${i * 3 + 1}, $${i * 3 + 2}, $${i * 3 + 3})`);
      await pool.query(`INSERT INTO contract.vectors VALUES ${places.join(', ')}`, values.flat());
    }
    await pool.query('CREATE INDEX ON contract.vectors USING hnsw (v vector_cosine_ops)');
    await pool.query('ANALYZE contract.vectors');
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SET LOCAL enable_seqscan = off');
      await client.query('SET LOCAL hnsw.iterative_scan = relaxed_order');
      const search = 'SELECT id FROM contract.vectors WHERE case_id = $2 ORDER BY v <=> $1::vector LIMIT 10';
      const { rows } = await client.query(search, [vectorBytes(vectorOf(107)), 7]);
      expect(rows).toHaveLength(10);
      expect(rows[0]).toEqual({ id: 107 });
      const plan = await client.query(`EXPLAIN ${search}`, [vectorBytes(vectorOf(107)), 7]);
      expect(JSON.stringify(plan.rows)).toContain('vectors_v_idx');
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  });

  test('full-text search ranks, and highlights what it found', async () => {
    const { pool } = target();
    await pool.query(`CREATE TABLE contract.passages (id int, body text,
      words tsvector GENERATED ALWAYS AS (to_tsvector('english', body)) STORED)`);
    await pool.query('CREATE INDEX ON contract.passages USING gin (words)');
    await pool.query('INSERT INTO contract.passages VALUES ($1, $2), ($3, $4), ($5, $6)', [
      ...[1, 'The supplier shall indemnify the customer against all claims.'],
      ...[2, 'Claims, claims, and further claims of the supplier were indemnified.'],
      ...[3, 'The weather was fine.'],
    ]);
    const { rows } = await pool.query(
      `SELECT id, ts_headline('english', body, q) AS found
       FROM contract.passages, websearch_to_tsquery('english', $1) AS q
       WHERE words @@ q ORDER BY ts_rank(words, q) DESC`,
      ['indemnifying claim'],
    );
    expect(rows.map(({ id }) => id)).toEqual([2, 1]);
    expect(rows[1].found).toContain('<b>indemnify</b>');
  });
}
