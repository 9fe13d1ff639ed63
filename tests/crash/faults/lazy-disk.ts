import type { DatabaseSync } from 'node:sqlite';
import { openDatabase as openDurable } from '../../../engines/eventstore/storage/database.ts';

export * from '../../../engines/eventstore/storage/database.ts';

/** How long what was acknowledged is in memory alone. */
const lazyMs = 300;

/** A log whose COMMIT answers at once and is done some time later, with all that has been acknowledged meanwhile. */
export function openDatabase(folder: string): DatabaseSync {
  const database = openDurable(folder);
  const exec = database.exec.bind(database);
  const close = database.close.bind(database);
  let timer: NodeJS.Timeout | undefined;
  const commit = () => {
    clearTimeout(timer);
    timer = undefined;
    if (database.isTransaction) exec('COMMIT');
  };
  database.exec = (sql) => {
    if (sql === 'COMMIT') timer ??= setTimeout(commit, lazyMs);
    else if (sql !== 'BEGIN IMMEDIATE' || !database.isTransaction) {
      if (sql.includes('wal_checkpoint')) commit();
      exec(sql);
    }
  };
  database.close = () => {
    commit();
    close();
  };
  return database;
}
