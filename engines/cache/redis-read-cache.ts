import { Redis } from 'ioredis';
import type { EngineInfo, ReadCache } from '#platform/ports';

/** Keys asked for in one MGET, so that one large question does not hold up the server's single thread. */
const keysPerRead = 1_000;

/**
 * Checks, then writes, in one step: Redis runs a script to its end before it does anything else.
 * ARGV: how many checks, sets and deletes there are; per check "1" + value or "0"; per set a time to live in
 * milliseconds ("" for none) and the value. KEYS: the keys of the checks, sets and deletes in that order.
 */
const commitScript = `
local checks, sets, deletes = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
for i = 1, checks do
  local found, wanted = redis.call('GET', KEYS[i]), ARGV[3 + i]
  if wanted == '0' then
    if found then return 0 end
  elseif not found or '1' .. found ~= wanted then
    return 0
  end
end
for i = 1, sets do
  local ttl, value = ARGV[3 + checks + 2 * i - 1], ARGV[3 + checks + 2 * i]
  if ttl == '' then redis.call('SET', KEYS[checks + i], value)
  else redis.call('SET', KEYS[checks + i], value, 'PX', ttl) end
end
for i = 1, deletes do redis.call('DEL', KEYS[checks + sets + i]) end
return 1
`;

/**
 * The {@link ReadCache} on Redis or Valkey.
 *
 * @param options.url `redis://` or `rediss://`
 * @param options.prefix put before every key; the braces of the default make a cluster keep all keys in one slot, which
 *   an atomic commit needs
 * @param options.onError told of connection trouble, which is retried for ever in the background
 * @throws if the server cannot be reached at first
 */
export async function connectRedisReadCache(options: {
  url: string;
  prefix?: string;
  onError: (error: Error) => void;
}): Promise<ReadCache> {
  const prefix = options.prefix ?? '{casefold}:';
  const redis = new Redis(options.url, { lazyConnect: true, maxRetriesPerRequest: 3 });
  redis.on('error', options.onError);
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw error;
  }

  const getMany = async (keys: readonly string[]): Promise<(string | undefined)[]> => {
    const values: (string | undefined)[] = [];
    for (let at = 0; at < keys.length; at += keysPerRead) {
      const found = await redis.mget(keys.slice(at, at + keysPerRead).map((key) => prefix + key));
      for (const value of found) values.push(value ?? undefined);
    }
    return values;
  };

  return {
    get: async (key) => (await redis.get(prefix + key)) ?? undefined,
    getMany,
    async keys(wanted) {
      // SCAN may name a key more than once.
      const found = new Set<string>();
      const match = `${escapeGlob(prefix + wanted)}*`;
      let cursor = '0';
      do {
        const [next, page] = await redis.scan(cursor, 'MATCH', match, 'COUNT', keysPerRead);
        for (const key of page) found.add(key.slice(prefix.length));
        cursor = next;
      } while (cursor !== '0');
      return [...found].sort();
    },
    async commit({ checks = [], sets = [], deletes = [] }) {
      const keys = [...checks.map(({ key }) => key), ...sets.map(({ key }) => key), ...deletes];
      const values = [
        ...checks.map(({ equals }) => (equals === undefined ? '0' : `1${equals}`)),
        // Redis takes no time to live below one millisecond.
        ...sets.flatMap(({ value, ttlSeconds }) => [
          ttlSeconds === undefined ? '' : String(Math.max(1, Math.round(ttlSeconds * 1000))),
          value,
        ]),
      ];
      const applied = await redis.eval(
        commitScript,
        keys.length,
        ...keys.map((key) => prefix + key),
        checks.length,
        sets.length,
        deletes.length,
        ...values,
      );
      return applied === 1;
    },
    info: () => serverInfo(redis),
    async close() {
      await redis.quit();
    },
  };
}

async function serverInfo(redis: Redis): Promise<EngineInfo> {
  const lines = (await redis.info('server')).split(/\r?\n/);
  const field = (name: string) => lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1);
  const valkey = field('valkey_version');
  return {
    engine: valkey === undefined ? 'Redis' : 'Valkey',
    version: valkey ?? field('redis_version') ?? 'unknown',
    where: `${redis.options.host}:${redis.options.port}`,
  };
}

/** Keys are literal; MATCH takes a glob. */
function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}
