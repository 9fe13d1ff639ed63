import { once } from 'node:events';
import { connect } from 'node:net';
import pg from 'pg';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type PostgresTarget, withClient } from './target.ts';

export function protocolContract(target: () => PostgresTarget): void {
  test('statements of the same name on several connections are different statements', async () => {
    await withClient(target(), (first) =>
      withClient(target(), async (second) => {
        const ask = (client: pg.Client, text: string) => client.query({ name: 'find', text, values: [20] });
        expect((await ask(first, 'SELECT $1::int + 1 AS n')).rows).toEqual([{ n: 21 }]);
        expect((await ask(second, 'SELECT $1::int * 2 AS n')).rows).toEqual([{ n: 40 }]);
        expect((await ask(first, 'SELECT $1::int + 1 AS n')).rows).toEqual([{ n: 21 }]);
        expect((await ask(second, 'SELECT $1::int * 2 AS n')).rows).toEqual([{ n: 40 }]);
      }),
    );
  });

  test('a statement name may be as long as PostgreSQL lets it be', async () => {
    await withClient(target(), async (client) => {
      for (const last of ['a', 'b']) {
        const name = 'n'.repeat(62) + last;
        const { rows } = await client.query({ name, text: `SELECT '${last}' || $1 AS t`, values: ['!'] });
        expect(rows).toEqual([{ t: `${last}!` }]);
      }
    });
  });

  test('a named statement that failed to parse can be sent again', async () => {
    await withClient(target(), async (client) => {
      const broken = { name: 'broken', text: 'SELEC $1::int', values: [1] };
      await expect(client.query(broken)).rejects.toMatchObject({ code: '42601' });
      expect((await client.query({ name: 'whole', text: 'SELECT $1::int AS n', values: [1] })).rows).toEqual([
        { n: 1 },
      ]);
    });
  });

  test('a portal is read in pages while others wait', async () => {
    await withClient(target(), async (client) => {
      const inPages = pagedQuery('SELECT generate_series(1, 1000) AS n', 100);
      const others = Array.from({ length: 5 }, (_, i) => target().pool.query('SELECT $1::int AS n', [i]));
      const rows = await new Promise<unknown[]>((resolve, reject) => {
        const query = client.query(inPages);
        const seen: unknown[] = [];
        query.on('row', (row) => seen.push(row.n));
        query.on('end', () => resolve(seen));
        query.on('error', reject);
      });
      expect(rows).toHaveLength(1000);
      expect(rows.at(-1)).toBe(1000);
      expect((await Promise.all(others)).map(({ rows: [row] }) => row.n)).toEqual([0, 1, 2, 3, 4]);
      expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });
  });

  test('an error between pages ends the portal and not the connection', async () => {
    await withClient(target(), async (client) => {
      const inPages = pagedQuery('SELECT 10 / (500 - n) AS n FROM generate_series(1, 1000) AS n', 100);
      const error = await new Promise<Error>((resolve) => {
        const query = client.query(inPages);
        query.on('error', resolve);
        client.connection.once('errorMessage', () => client.connection.sync());
      });
      expect(error).toMatchObject({ code: '22012' });
      expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });
  });

  test('SQL cursors live as long as their transaction', async () => {
    await withClient(target(), async (client) => {
      await client.query('BEGIN');
      await client.query('DECLARE pages CURSOR FOR SELECT generate_series(1, 10) AS n');
      expect((await client.query('FETCH 3 FROM pages')).rows).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
      expect((await client.query('FETCH 1 FROM pages')).rows).toEqual([{ n: 4 }]);
      await client.query('COMMIT');
      await expect(client.query('FETCH 1 FROM pages')).rejects.toMatchObject({ code: '34000' });
    });
  });

  test('a cancel request is accepted and hurts nobody', async () => {
    await withClient(target(), async (client) => {
      const { hostname, port } = new URL(target().url);
      const socket = connect(Number(port), hostname);
      socket.end(cancelRequest(client));
      await once(socket, 'close');
      expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });
  });
}

/** CancelRequest: its length, its code, and the key the client was given at start-up. */
function cancelRequest(client: pg.Client): Buffer {
  const { processID, secretKey } = keySchema.parse(client);
  const packet = Buffer.alloc(16);
  [16, 80_877_102, processID, secretKey].forEach((value, i) => {
    packet.writeInt32BE(value, i * 4);
  });
  return packet;
}

/** What pg keeps of BackendKeyData, which its types leave out. */
const keySchema = z.object({ processID: z.number(), secretKey: z.number() });

/** A query that asks for `rows` rows at a time. */
function pagedQuery(text: string, rows: number): pg.Query {
  const config = { text, rows };
  return new pg.Query(config);
}
