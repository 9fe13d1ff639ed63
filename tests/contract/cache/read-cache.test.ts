import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ReadCache } from '#platform/ports';
import { connectRedisReadCache } from '../../../engines/cache/redis-read-cache.ts';
import { openSqliteReadCache } from '../../../engines/cache/sqlite-read-cache.ts';
import { findProgram, type PrivateServer, startPrivateServer } from '../../engines/private-server.ts';

type Opener = (prefix: string) => Promise<ReadCache>;

function suite(open: Opener): void {
  let cache: ReadCache;
  let prefix: string;
  beforeEach(async () => {
    prefix = `{${randomUUID()}}:`;
    cache = await open(prefix);
  });
  afterEach(async () => {
    await cache.commit({ deletes: await cache.keys('') });
    await cache.close();
  });

  test('values come back as they are, in the order asked', async () => {
    const text = `Ünïcödé 🦊\n\u0000${'x'.repeat(100_000)}`;
    expect(
      await cache.commit({
        sets: [
          { key: 'a', value: text },
          { key: 'b', value: '' },
        ],
      }),
    ).toBe(true);
    expect(await cache.get('a')).toBe(text);
    expect(await cache.get('absent')).toBeUndefined();
    expect(await cache.getMany(['b', 'absent', 'a', 'b'])).toEqual(['', undefined, text, '']);
    expect(await cache.getMany([])).toEqual([]);
  });

  test('keys with a prefix are found sorted, and characters of patterns mean themselves', async () => {
    const keys = [
      'job:1',
      'job:10',
      'job:2',
      'jobs',
      'job*',
      'job?x',
      'job[1]',
      'job\\',
      'other%',
      'Job:1',
      'ö',
    ];
    await cache.commit({ sets: keys.map((key) => ({ key, value: key })) });
    expect(await cache.keys('job:')).toEqual(['job:1', 'job:10', 'job:2']);
    expect(await cache.keys('job*')).toEqual(['job*']);
    expect(await cache.keys('job?')).toEqual(['job?x']);
    expect(await cache.keys('job[')).toEqual(['job[1]']);
    expect(await cache.keys('job\\')).toEqual(['job\\']);
    expect(await cache.keys('')).toEqual([...keys].sort());
  });

  test('a commit applies everything or nothing', async () => {
    await cache.commit({
      sets: [
        { key: 'checkpoint', value: '1' },
        { key: 'old', value: 'x' },
      ],
    });
    const move = (from: string | undefined, to: string) =>
      cache.commit({
        checks: [
          { key: 'checkpoint', equals: from },
          { key: 'absent', equals: undefined },
        ],
        sets: [
          { key: 'checkpoint', value: to },
          { key: `data-${to}`, value: to },
        ],
        deletes: ['old'],
      });
    for (const wrong of [undefined, '', '0', '11']) {
      expect(await move(wrong, '9')).toBe(false);
      expect(await cache.keys('')).toEqual(['checkpoint', 'old']);
    }
    expect(await move('1', '2')).toBe(true);
    expect(await cache.keys('')).toEqual(['checkpoint', 'data-2']);
    // An empty value is not an absent one.
    await cache.commit({ sets: [{ key: 'absent', value: '' }] });
    expect(await move('2', '3')).toBe(false);
  });

  test('deletes come after sets, and a commit of nothing is fine', async () => {
    expect(await cache.commit({ sets: [{ key: 'a', value: '1' }], deletes: ['a', 'never'] })).toBe(true);
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.commit({})).toBe(true);
  });

  test('of many who commit from the same checkpoint, one wins', async () => {
    const other = await open(prefix);
    await cache.commit({ sets: [{ key: 'checkpoint', value: '0' }] });
    const tries = Array.from({ length: 20 }, (_, at) =>
      (at % 2 === 0 ? cache : other).commit({
        checks: [{ key: 'checkpoint', equals: '0' }],
        sets: [
          { key: 'checkpoint', value: String(at + 1) },
          { key: `winner-${at + 1}`, value: '' },
        ],
      }),
    );
    const outcomes = await Promise.all(tries);
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await cache.keys('winner-')).toEqual([`winner-${await cache.get('checkpoint')}`]);
    await other.close();
  });

  test('a large batch goes in at once', async () => {
    const sets = Array.from({ length: 5_000 }, (_, at) => ({ key: `k${at}`, value: String(at) }));
    await cache.commit({ sets });
    expect(await cache.getMany(sets.map(({ key }) => key))).toEqual(sets.map(({ value }) => value));
  });

  test('a value with a time to live goes away, also for a check; setting it again without one keeps it', async () => {
    await cache.commit({
      sets: [
        { key: 'brief', value: 'x', ttlSeconds: 0.05 },
        { key: 'kept', value: 'x', ttlSeconds: 0.05 },
        { key: 'long', value: 'x', ttlSeconds: 3600 },
      ],
    });
    await cache.commit({ sets: [{ key: 'kept', value: 'y' }] });
    await vi.waitFor(async () => expect(await cache.get('brief')).toBeUndefined(), { timeout: 20_000 });
    expect(await cache.keys('')).toEqual(['kept', 'long']);
    expect(await cache.getMany(['brief', 'kept', 'long'])).toEqual([undefined, 'y', 'x']);
    expect(await cache.commit({ checks: [{ key: 'brief', equals: undefined }] })).toBe(true);
  });

  test('prefixes keep users of one store apart', async () => {
    const other = await open(`{${randomUUID()}}:`);
    await other.commit({ sets: [{ key: 'a', value: 'theirs' }] });
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.keys('')).toEqual([]);
    await other.commit({ deletes: ['a'] });
    await other.close();
  });

  test('it says what it is', async () => {
    expect(await cache.info()).toMatchObject({
      engine: expect.stringMatching(/./),
      version: expect.stringMatching(/^\d+\./),
    });
  });
}

describe('ReadCache, SQLite file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'casefold-cache-')), 'cache.db');
  suite(async (prefix) => openSqliteReadCache({ file, prefix }));

  test('what was committed is there after a restart', async () => {
    const first = openSqliteReadCache({ file });
    await first.commit({ sets: [{ key: 'kept', value: 'x' }] });
    await first.close();
    const second = openSqliteReadCache({ file });
    expect(await second.get('kept')).toBe('x');
    await second.close();
  });
});

const url = process.env.REDIS_URL;
const program = url === undefined ? findProgram('redis-server') : undefined;

if (url === undefined && program === undefined) {
  test('ReadCache on Redis was NOT run: neither REDIS_URL nor a redis-server program', () => undefined);
} else {
  describe('ReadCache, Redis', () => {
    let server: PrivateServer | undefined;
    beforeAll(async () => {
      if (program === undefined) return;
      server = await startPrivateServer(program, (port, folder) => [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--dir',
        folder,
      ]);
    });
    afterAll(() => server?.stop());
    suite((prefix) =>
      connectRedisReadCache({
        url: url ?? `redis://127.0.0.1:${server?.port}`,
        prefix,
        onError: (error) => console.error(error.message),
      }),
    );
  });
}

test('a Redis that cannot be reached is an error at once, not a hang', async () => {
  await expect(
    connectRedisReadCache({ url: 'redis://127.0.0.1:1', onError: () => undefined }),
  ).rejects.toThrow();
});
