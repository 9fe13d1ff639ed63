import { DatabaseSync } from 'node:sqlite';
import type { CacheCommit, ReadCache } from '#platform/ports';

/**
 * The embedded {@link ReadCache}: one table in a `node:sqlite` file. A commit survives the end of the process,
 * however it comes; after a power cut the newest may be missing, whole, and are rebuilt from the log.
 *
 * @param options.file path of the database file, made if missing; `:memory:` for a test
 * @param options.prefix put before every key, so that several users can share one file
 */
export function openSqliteReadCache(options: { file: string; prefix?: string }): ReadCache {
  const prefix = options.prefix ?? '';
  const database = new DatabaseSync(options.file, { timeout: 5_000 });
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS entries (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL,
      expires_at REAL -- milliseconds since the Unix epoch; null: never
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS entries_expiry ON entries (expires_at) WHERE expires_at IS NOT NULL;
  `);
  const select = database.prepare(
    'SELECT value FROM entries WHERE key = ? AND (expires_at IS NULL OR expires_at > ?)',
  );
  const selectKeys = database.prepare(
    `SELECT key FROM entries WHERE substr(key, 1, length(:prefix)) = :prefix AND key >= :prefix
       AND (expires_at IS NULL OR expires_at > :now)`,
  );
  const upsert = database.prepare(
    `INSERT INTO entries (key, value, expires_at) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`,
  );
  const remove = database.prepare('DELETE FROM entries WHERE key = ?');
  const removeExpired = database.prepare('DELETE FROM entries WHERE expires_at <= ?');

  const read = (key: string, now: number): string | undefined => {
    const row = select.get(prefix + key, now);
    return typeof row?.value === 'string' ? row.value : undefined;
  };

  const apply = ({ checks = [], sets = [], deletes = [] }: CacheCommit): boolean => {
    const now = Date.now();
    if (!checks.every(({ key, equals }) => read(key, now) === equals)) return false;
    for (const { key, value, ttlSeconds } of sets) {
      upsert.run(prefix + key, value, ttlSeconds === undefined ? null : now + ttlSeconds * 1000);
    }
    for (const key of deletes) remove.run(prefix + key);
    removeExpired.run(now);
    return true;
  };

  return {
    get: async (key) => read(key, Date.now()),
    getMany: async (keys) => keys.map((key) => read(key, Date.now())),
    keys: async (wanted) =>
      selectKeys
        .all({ prefix: prefix + wanted, now: Date.now() })
        .map((row) => String(row.key).slice(prefix.length))
        .sort(),
    async commit(change) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const applied = apply(change);
        database.exec(applied ? 'COMMIT' : 'ROLLBACK');
        return applied;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    info: async () => ({ engine: 'SQLite', version: process.versions.sqlite ?? '', where: options.file }),
    close: async () => database.close(),
  };
}
