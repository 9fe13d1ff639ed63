import { expect, test } from 'vitest';
import { type PostgresTarget, withClient } from './target.ts';

export function settingsContract(target: () => PostgresTarget): void {
  test('SET stays with its connection', async () => {
    const show = "SELECT current_setting('statement_timeout') AS t, current_setting('TimeZone') AS z";
    const usual = (await target().pool.query(show)).rows;
    await withClient(target(), (first) =>
      withClient(target(), async (second) => {
        await first.query("SET statement_timeout = '77s'");
        await first.query("SET TIME ZONE 'Asia/Tokyo'");
        expect((await second.query(show)).rows).toEqual(usual);
        expect((await first.query(show)).rows).toEqual([{ t: '77s', z: 'Asia/Tokyo' }]);
        await second.query("SET statement_timeout = '5s'");
        expect((await first.query(show)).rows).toEqual([{ t: '77s', z: 'Asia/Tokyo' }]);
        await first.query('RESET ALL');
        expect((await first.query(show)).rows).toEqual(usual);
        expect((await second.query(show)).rows).toMatchObject([{ t: '5s' }]);
      }),
    );
    expect((await target().pool.query(show)).rows).toEqual(usual);
  });

  test('SET LOCAL ends with its transaction', async () => {
    await withClient(target(), async (client) => {
      const show = "SELECT current_setting('work_mem') AS m";
      const usual = (await client.query(show)).rows;
      await client.query('BEGIN');
      await client.query("SET LOCAL work_mem = '64kB'");
      expect((await client.query(show)).rows).toEqual([{ m: '64kB' }]);
      await client.query('COMMIT');
      expect((await client.query(show)).rows).toEqual(usual);
    });
  });

  test('settings in the start-up packet are those of the connection', async () => {
    await withClient(
      target(),
      async (client) => {
        const { rows } = await client.query(
          "SELECT current_setting('search_path') AS path, current_setting('statement_timeout') AS t",
        );
        expect(rows).toEqual([{ path: 'contract', t: '12345ms' }]);
      },
      { options: '-c search_path=contract', statement_timeout: 12_345 },
    );
    const { rows } = await target().pool.query("SELECT current_setting('statement_timeout') AS t");
    expect(rows).toEqual([{ t: '0' }]);
  });
}
