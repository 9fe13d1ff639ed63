import { expect, test } from 'vitest';
import type { PostgresTarget } from './target.ts';

export function valueContract(target: () => PostgresTarget): void {
  test('values come back as they went', async () => {
    await target().pool.query(`CREATE TABLE contract.kinds (
      big bigint, doc jsonb, moment timestamptz, words text, bytes bytea, flags boolean[], real double precision)`);
    const doc = { name: 'Äpfel 🍏', list: [1, null, { deep: true }], quote: `"'\\` };
    const moment = new Date('2024-02-29T23:59:59.123Z');
    const words = 'Łódź, Ελλάδα, 東京, עברית, 👩‍⚖️, tab\there';
    const bytes = Buffer.from([0, 1, 127, 128, 255]);
    const given = ['9223372036854775807', doc, moment, words, bytes, [true, false, null], Math.PI];
    await target().pool.query('INSERT INTO contract.kinds VALUES ($1, $2, $3, $4, $5, $6, $7)', given);
    const { rows } = await target().pool.query('SELECT * FROM contract.kinds');
    expect(rows).toEqual([
      { big: '9223372036854775807', doc, moment, words, bytes, flags: [true, false, null], real: Math.PI },
    ]);
    const found = await target().pool.query(`SELECT doc -> 'list' -> 2 ->> 'deep' AS deep FROM contract.kinds
      WHERE doc @> '{"name": "Äpfel 🍏"}' AND big > 9007199254740993`);
    expect(found.rows).toEqual([{ deep: 'true' }]);
  });

  test('a row of five megabytes goes in and out, as text and as bytes', async () => {
    await target().pool.query('CREATE TABLE contract.heavy (id int, body text, raw bytea)');
    const body = 'Wort für Wort. '.repeat(350_000);
    const raw = Buffer.alloc(5_000_000, Buffer.from([1, 2, 3, 250]));
    await Promise.all(
      [1, 2].map((id) =>
        target().pool.query('INSERT INTO contract.heavy VALUES ($1, $2, $3)', [id, body, raw]),
      ),
    );
    const { rows } = await target().pool.query('SELECT body, raw FROM contract.heavy');
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      expect(row.body === body).toBe(true);
      expect(Buffer.compare(row.raw, raw)).toBe(0);
    }
  });

  test('text PostgreSQL cannot keep is refused, not mended', async () => {
    await expect(target().pool.query('SELECT $1::text', ['a\0b'])).rejects.toMatchObject({ code: '22021' });
    await expect(
      target().pool.query('SELECT $1::timestamptz', ['the thirtieth of May']),
    ).rejects.toMatchObject({
      code: '22007',
    });
  });

  test('a hundred thousand rows come in one answer', async () => {
    const { rows } = await target().pool.query(
      "SELECT n, 'row ' || n AS t FROM generate_series(1, 100000) AS n",
    );
    expect(rows).toHaveLength(100_000);
    expect(rows.at(-1)).toEqual({ n: 100_000, t: 'row 100000' });
  });
}
