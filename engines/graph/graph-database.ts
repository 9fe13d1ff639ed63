import { mkdtempSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Connection, Database, type QueryResult } from '@ladybugdb/core';
import type { BoltMap, BoltValue } from './bolt/bolt-value.ts';
import { BoltFailure } from './bolt/failure.ts';
import { type BoundStatement, bindStatement, parameterTypes, type Statement } from './cypher/statement.ts';
import { GraphLocks } from './locks.ts';
import { parseColumnType } from './values/column-type.ts';
import { readPropertyConverters } from './values/property-converters.ts';
import { type PropertyConverters, toBolt } from './values/to-bolt.ts';

/** Page cache in bytes. */
const bufferPoolBytes = 512 * 1024 * 1024;
const defaultCheckpointThreshold = -1;
/** Address space reserved in bytes: LadybugDB's own 8 TiB is more than some containers allow. */
const maxDatabaseBytes = 256 * 1024 ** 3;

const file = 'graph.lbug';

/** What LadybugDB says of a file that is damaged, or of another version or setting. */
const isUnreadable = /corrupt|checksum|serialized with|storage version|not a valid/i;

/**
 * Without checksums: with them, LadybugDB 0.19.1 writes a log that it cannot read any more as soon as a value takes more
 * than 4,095 bytes. What a power failure has torn off the end of the log was never answered, and is left out.
 */
async function openFile(folder: string): Promise<Database> {
  const database = new Database(
    join(folder, file),
    bufferPoolBytes,
    true,
    false,
    maxDatabaseBytes,
    true,
    defaultCheckpointThreshold,
    false,
    false,
  );
  await database.init();
  return database;
}

/** The file with its log and whatever else belongs to it. */
function putAside(folder: string): string {
  const aside = mkdtempSync(join(folder, 'unreadable-'));
  for (const name of readdirSync(folder))
    if (name.startsWith(file)) renameSync(join(folder, name), join(aside, name));
  return aside;
}

export const ladybugVersion = Database.getVersion();

/** The rows of a result, converted one by one as they are asked for. */
export type Rows = {
  readonly columns: readonly string[];
  readonly count: number;
  row(at: number): BoltValue[];
};

/**
 * A LadybugDB database with what it leaves to its user: connections to lend, locks, and statements whose values fit
 * its strict types.
 */
export class GraphDatabase {
  readonly locks = new GraphLocks();
  readonly #database: Database;
  readonly #idle: Connection[] = [];
  #properties: PropertyConverters = () => undefined;

  private constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Opens the database in the folder, replaying what a crash left in its log. One that cannot be read is put aside, and
   * an empty one takes its place: whoever fills it finds that it is empty, and fills it again.
   *
   * @param onAside told where one was put that could not be read, and why
   */
  static async open(folder: string, onAside: (to: string, reason: string) => void): Promise<GraphDatabase> {
    let database: Database;
    try {
      database = await openFile(folder);
    } catch (error) {
      if (!(error instanceof Error && isUnreadable.test(error.message))) throw error;
      onAside(putAside(folder), error.message);
      database = await openFile(folder);
    }
    const graph = new GraphDatabase(database);
    await graph.#readCatalog();
    return graph;
  }

  /** A connection for one statement or transaction; hand it back, or close it when its state is in doubt. */
  borrow(): Connection {
    return this.#idle.pop() ?? new Connection(this.#database);
  }

  giveBack(connection: Connection): void {
    this.#idle.push(connection);
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((connection) => connection.close()));
    await this.#database.close();
  }

  /**
   * Runs a statement; the caller holds the lock it needs.
   *
   * @throws {BoltFailure | Error} the engine's own errors as they come
   */
  async run(connection: Connection, statement: Statement, parameters: BoltMap): Promise<Rows> {
    const types = parameterTypes(statement, parameters);
    const result = await execute(connection, bindStatement(statement, parameters, types));
    try {
      return this.#rows(result);
    } finally {
      result.close();
      if (statement.access === 'schema') await this.#readCatalog();
    }
  }

  #rows(result: QueryResult): Rows {
    const columns = result.getColumnNamesSync();
    if (new Set(columns).size < columns.length) {
      throw new BoltFailure(
        'Neo.ClientError.Statement.SyntaxError',
        'Multiple result columns with the same name are not supported.',
      );
    }
    const types = result.getColumnDataTypesSync();
    const converters = columns.map((name, at) => ({
      name,
      convert: toBolt(parseColumnType(types[at] ?? ''), this.#properties),
    }));
    // Asynchronous reading takes forty times as long.
    const rows = result.getAllSync();
    return {
      columns,
      count: rows.length,
      row: (at) => converters.map(({ name, convert }) => convert(rows[at]?.[name])),
    };
  }

  async #readCatalog(): Promise<void> {
    const connection = this.borrow();
    try {
      this.#properties = await readPropertyConverters(async (text) => {
        const result = await execute(connection, { text, values: {} });
        try {
          return result.getAllSync();
        } finally {
          result.close();
        }
      });
    } finally {
      this.giveBack(connection);
    }
  }
}

/** Runs on another thread; the loop stays free for other clients. */
async function execute(connection: Connection, { text, values }: BoundStatement): Promise<QueryResult> {
  const prepared = await connection.prepare(text);
  if (!prepared.isSuccess()) throw new Error(prepared.getErrorMessage());
  const result = await connection.execute(prepared, values);
  const last = Array.isArray(result) ? result.at(-1) : result;
  if (last === undefined) throw new Error('The statement gave no result.');
  return last;
}

/** Transaction control: takes no values and gives nothing. */
export async function command(
  connection: Connection,
  text: 'BEGIN TRANSACTION' | 'BEGIN TRANSACTION READ ONLY' | 'COMMIT' | 'ROLLBACK',
): Promise<void> {
  const result = await connection.query(text);
  for (const each of Array.isArray(result) ? result : [result]) each.close();
}
