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
/** Address space reserved in bytes: LadybugDB's own 8 TiB is more than some containers allow. */
const maxDatabaseBytes = 256 * 1024 ** 3;

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

  /** Opens the database in the folder, replaying what a crash left in its log. */
  static async open(folder: string): Promise<GraphDatabase> {
    const database = new Database(join(folder, 'graph.lbug'), bufferPoolBytes, true, false, maxDatabaseBytes);
    await database.init();
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
