import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const SCHEMA_VERSION = 1;

/**
 * `events.rec` is last so that a scan for a filter reads the integers before it and not the record itself.
 * `created` is in milliseconds since the Unix epoch. `streams.last` is -1 for a stream that has only metadata.
 */
const SCHEMA = `
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    last INTEGER NOT NULL,
    tombstone INTEGER NOT NULL DEFAULT 0,
    truncate_before INTEGER NOT NULL DEFAULT 0,
    max_count INTEGER,
    max_age INTEGER
  );
  CREATE TABLE types (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    type INTEGER NOT NULL,
    created INTEGER NOT NULL,
    rec BLOB NOT NULL,
    UNIQUE (stream, rev)
  );
  CREATE TABLE persistent_groups (
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    progress TEXT NOT NULL,
    PRIMARY KEY (source, name)
  ) WITHOUT ROWID;
`;

/**
 * Opens `<folder>/log.sqlite`, making it if it is not there. SQLite replays or drops what a crash left in its
 * write-ahead log. `synchronous = FULL` makes COMMIT wait for the disk: an acknowledged append survives a power cut.
 *
 * @throws {Error} if the file was written by a newer version of this engine
 */
export function openDatabase(folder: string): DatabaseSync {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'log.sqlite');
  const database = new DatabaseSync(path);
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;',
  );
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version > SCHEMA_VERSION) {
    database.close();
    throw new Error(
      `${path} has schema version ${version}, this engine knows up to ${SCHEMA_VERSION}. Start the newer version that wrote it.`,
    );
  }
  if (version === 0) {
    database.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
  }
  return database;
}

/** For `casefold doctor`. */
export function sqliteVersion(database: DatabaseSync): string {
  return `sqlite ${database.prepare('SELECT sqlite_version() AS version').get()?.version}`;
}
