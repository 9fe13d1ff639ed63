import { expect, test } from 'vitest';
import { Copy } from './copy-stream.ts';
import { type PostgresTarget, withClient } from './target.ts';

export function copyContract(target: () => PostgresTarget): void {
  test('rows go in and come out', async () => {
    await target().pool.query('CREATE TABLE contract.copied (id int, body text)');
    const rows = Array.from({ length: 20_000 }, (_, i) => `${i}\tZeile ${i} – ü\n`);
    await withClient(target(), async (client) => {
      const others = Array.from({ length: 20 }, () => target().pool.query('SELECT 1'));
      await client.query(new Copy('COPY contract.copied FROM STDIN', rows)).result;
      await Promise.all(others);
      const out = client.query(new Copy('COPY (SELECT * FROM contract.copied ORDER BY id) TO STDOUT'));
      expect((await out.result).received).toBe(rows.join(''));
      expect((await client.query('SELECT count(*)::int AS n FROM contract.copied')).rows).toEqual([
        { n: 20_000 },
      ]);
    });
  });

  test('inside a transaction it is undone with it', async () => {
    await target().pool.query('CREATE TABLE contract.copied_back (id int)');
    await withClient(target(), async (client) => {
      await client.query('BEGIN');
      await client.query(new Copy('copy contract.copied_back from stdin with (format csv)', ['1\n2\n']))
        .result;
      expect((await client.query('SELECT count(*)::int AS n FROM contract.copied_back')).rows).toEqual([
        { n: 2 },
      ]);
      await client.query('ROLLBACK');
      expect((await client.query('SELECT count(*)::int AS n FROM contract.copied_back')).rows).toEqual([
        { n: 0 },
      ]);
    });
  });

  test.each([
    ['a missing table', 'COPY contract.no_such FROM STDIN', ['1\n'], '42P01'],
    ['a row that does not fit', 'COPY contract.copied FROM STDIN', ['not a number\tx\n'], '22P02'],
  ])('%s is an error and the connection lives on', async (_what, text, rows, code) => {
    await withClient(target(), async (client) => {
      await expect(client.query(new Copy(text, rows)).result).rejects.toMatchObject({ code });
      expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });
  });

  test('rows the client takes back are not kept', async () => {
    await target().pool.query('CREATE TABLE contract.taken_back (id int)');
    await withClient(target(), async (client) => {
      const copy = new Copy('COPY contract.taken_back FROM STDIN', ['1\n'], 'changed my mind');
      await expect(client.query(copy).result).rejects.toThrow(/changed my mind/);
      expect((await client.query('SELECT * FROM contract.taken_back')).rows).toEqual([]);
    });
  });

  test('a query that is no Copy but asks for one fails and hangs nobody', async () => {
    await withClient(target(), async (client) => {
      await expect(client.query('COPY contract.copied FROM STDIN')).rejects.toMatchObject({ code: '57014' });
      expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });
  });
}
