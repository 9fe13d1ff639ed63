import type { Connection } from '@ladybugdb/core';
import type { BoltMap } from './bolt/bolt-value.ts';
import { BoltFailure } from './bolt/failure.ts';
import type { Statement } from './cypher/statement.ts';
import { command, type GraphDatabase, type Rows } from './graph-database.ts';
import type { LockMode } from './locks.ts';

/** How long a transaction waits for its turn, in milliseconds. */
const lockTimeoutMs = 30_000;

/** An open transaction: a connection, and the lock that goes with it. */
export class GraphTransaction {
  readonly #graph: GraphDatabase;
  readonly #connection: Connection;
  readonly #release: () => void;

  private constructor(graph: GraphDatabase, connection: Connection, release: () => void) {
    this.#graph = graph;
    this.#connection = connection;
    this.#release = release;
  }

  /**
   * Waits for its turn, then begins: LadybugDB refuses a second writer rather than letting it wait.
   *
   * @throws {BoltFailure} transient, if others hold the graph too long
   */
  static async begin(
    graph: GraphDatabase,
    mode: 'read' | 'write',
    signal: AbortSignal,
  ): Promise<GraphTransaction> {
    const release = await graph.locks.acquire(mode, { timeoutMs: lockTimeoutMs, signal });
    const connection = graph.borrow();
    try {
      await command(connection, mode === 'read' ? 'BEGIN TRANSACTION READ ONLY' : 'BEGIN TRANSACTION');
    } catch (error) {
      release();
      throw error;
    }
    return new GraphTransaction(graph, connection, release);
  }

  async run(statement: Statement, parameters: BoltMap): Promise<Rows> {
    if (statement.access === 'schema') {
      throw new BoltFailure(
        'Neo.ClientError.Transaction.ForbiddenDueToTransactionType',
        'Tables cannot be changed inside a transaction. Run the statement with session.run.',
      );
    }
    return await this.#graph.run(this.#connection, statement, parameters);
  }

  /** When this resolves, the changes are on disk. Whatever happens, the transaction is over. */
  async commit(): Promise<void> {
    await this.#end('COMMIT');
  }

  /** Never throws: LadybugDB has ended the transaction by itself if a statement failed. */
  async rollback(): Promise<void> {
    await this.#end('ROLLBACK').catch(() => undefined);
  }

  async #end(how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    try {
      await command(this.#connection, how);
      this.#graph.giveBack(this.#connection);
    } catch (error) {
      // Nobody knows what state it is in.
      await this.#connection.close();
      throw error;
    } finally {
      this.#release();
    }
  }
}

/**
 * Runs one statement as a transaction of its own.
 *
 * @throws {BoltFailure} if it writes although the session said it would only read
 */
export async function runAlone(
  graph: GraphDatabase,
  statement: Statement,
  parameters: BoltMap,
  options: { readonly: boolean; signal: AbortSignal },
): Promise<Rows> {
  const mode: LockMode = statement.access;
  if (options.readonly && mode !== 'read') {
    throw new BoltFailure('Neo.ClientError.Statement.AccessMode', 'A session for reading cannot write.');
  }
  const release = await graph.locks.acquire(mode, { timeoutMs: lockTimeoutMs, signal: options.signal });
  const connection = graph.borrow();
  try {
    return await graph.run(connection, statement, parameters);
  } finally {
    graph.giveBack(connection);
    release();
  }
}
