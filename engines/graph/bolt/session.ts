import { parseStatement } from '../cypher/statement.ts';
import type { GraphDatabase, Rows } from '../graph-database.ts';
import { answerProcedure } from '../procedures.ts';
import { GraphTransaction, runAlone } from '../transaction.ts';
import { type BoltMap, BoltProtocolError, type BoltStructure } from './bolt-value.ts';
import { BoltFailure, toBoltFailure } from './failure.ts';
import { failure, ignored, mapField, message, record, success } from './message.ts';

/** Sends one message; resolves when the socket can take more. */
export type Send = (response: BoltStructure) => Promise<void>;

type OpenResult = { readonly rows: Rows; next: number };

/** A transaction that says nothing for so long, in milliseconds, is rolled back: it may be holding up every writer. */
const idleTransactionMs = 60_000;

/** What one client's connection is in the middle of: the server side of Bolt's state machine. */
export class BoltSession {
  readonly #graph: GraphDatabase;
  readonly #send: Send;
  readonly #serverInfo: { agent: string; connectionId: string; address: string };
  #transaction: GraphTransaction | undefined;
  #results = new Map<bigint, OpenResult>();
  #lastResult = -1n;
  #failed = false;
  #expired = false;
  #interrupt = new AbortController();
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(
    graph: GraphDatabase,
    send: Send,
    serverInfo: { agent: string; connectionId: string; address: string },
  ) {
    this.#graph = graph;
    this.#send = send;
    this.#serverInfo = serverInfo;
  }

  /** Stops waiting for a turn, because a RESET has come in or the client is gone. */
  interrupt(): void {
    this.#interrupt.abort(
      new BoltFailure('Neo.ClientError.Transaction.Terminated', 'The client has reset its connection.'),
    );
  }

  /**
   * Answers one message; the caller sends the next only when this has resolved.
   *
   * @throws {BoltProtocolError} for a message that is not Bolt's
   */
  async answer(request: BoltStructure): Promise<void> {
    clearTimeout(this.#idleTimer);
    if (request.tag === message.reset) {
      await this.end();
      this.#failed = false;
      this.#expired = false;
      this.#interrupt = new AbortController();
      await this.#send(success());
      return;
    }
    if (this.#failed) {
      await this.#send(ignored());
      return;
    }
    try {
      if (this.#expired) throw expired();
      await this.#handle(request);
    } catch (error) {
      if (error instanceof BoltProtocolError) throw error;
      await this.end();
      this.#failed = true;
      await this.#send(failure(toBoltFailure(error)));
    }
    if (this.#transaction !== undefined) this.#watchIdle();
  }

  /** Rolls back what is open: after a failure, a RESET, or when the client has gone. */
  async end(): Promise<void> {
    clearTimeout(this.#idleTimer);
    this.#results.clear();
    const open = this.#transaction;
    this.#transaction = undefined;
    await open?.rollback();
  }

  async #handle(request: BoltStructure): Promise<void> {
    switch (request.tag) {
      case message.hello: {
        const { agent, connectionId } = this.#serverInfo;
        return this.#send(success({ server: agent, connection_id: connectionId, hints: new Map() }));
      }
      // The engine listens on the loopback interface only, so any credentials will do.
      case message.logon:
      case message.logoff:
      case message.telemetry:
        return this.#send(success());
      case message.route:
        return this.#route(request);
      case message.begin:
        return this.#begin(mapField(request, 0));
      case message.run:
        return this.#run(request);
      case message.pull:
        return this.#pull(mapField(request, 0), true);
      case message.discard:
        return this.#pull(mapField(request, 0), false);
      case message.commit:
        return this.#commit();
      case message.rollback:
        this.#assertTransaction();
        await this.end();
        return this.#send(success());
      default:
        throw new BoltProtocolError(`Unknown message 0x${request.tag.toString(16)}.`);
    }
  }

  async #begin(extra: BoltMap): Promise<void> {
    if (this.#transaction !== undefined) throw invalid('A transaction is open already.');
    const mode = extra.get('mode') === 'r' ? 'read' : 'write';
    this.#transaction = await GraphTransaction.begin(this.#graph, mode, this.#interrupt.signal);
    await this.#send(success());
  }

  async #run(request: BoltStructure): Promise<void> {
    const [text] = request.fields;
    if (typeof text !== 'string') throw new BoltProtocolError('RUN without a statement.');
    const parameters = mapField(request, 1);
    const rows = answerProcedure(text) ?? (await this.#execute(text, parameters, mapField(request, 2)));
    this.#lastResult = this.#transaction === undefined ? 0n : this.#lastResult + 1n;
    this.#results.set(this.#lastResult, { rows, next: 0 });
    const qid = this.#transaction === undefined ? undefined : this.#lastResult;
    await this.#send(success({ fields: [...rows.columns], t_first: 0n, qid }));
  }

  #execute(text: string, parameters: BoltMap, extra: BoltMap): Promise<Rows> {
    const statement = parseStatement(text);
    if (this.#transaction !== undefined) return this.#transaction.run(statement, parameters);
    return runAlone(this.#graph, statement, parameters, {
      readonly: extra.get('mode') === 'r',
      signal: this.#interrupt.signal,
    });
  }

  async #pull(extra: BoltMap, wanted: boolean): Promise<void> {
    const asked = extra.get('qid');
    const id = typeof asked === 'bigint' && asked >= 0n ? asked : this.#lastResult;
    const result = this.#results.get(id);
    if (result === undefined) throw invalid('There is no open result.');
    const limit = extra.get('n');
    const end =
      typeof limit === 'bigint' && limit >= 0n
        ? Math.min(result.rows.count, result.next + Number(limit))
        : result.rows.count;
    for (; wanted && result.next < end; result.next += 1)
      await this.#send(record(result.rows.row(result.next)));
    result.next = end;
    if (end < result.rows.count) return this.#send(success({ has_more: true }));
    this.#results.delete(id);
    const bookmark = this.#transaction === undefined ? 'casefold:0' : undefined;
    await this.#send(success({ t_last: 0n, db: 'neo4j', bookmark }));
  }

  async #commit(): Promise<void> {
    const open = this.#assertTransaction();
    this.#transaction = undefined;
    this.#results.clear();
    await open.commit();
    // Every later transaction sees this one, so a bookmark has nothing to tell.
    await this.#send(success({ bookmark: 'casefold:0' }));
  }

  async #route(request: BoltStructure): Promise<void> {
    const asked = mapField(request, 0).get('address');
    const addresses = [typeof asked === 'string' ? asked : this.#serverInfo.address];
    const servers = ['ROUTE', 'READ', 'WRITE'].map((role) => new Map(Object.entries({ addresses, role })));
    await this.#send(success({ rt: new Map(Object.entries({ ttl: 300n, db: 'neo4j', servers })) }));
  }

  #assertTransaction(): GraphTransaction {
    if (this.#transaction === undefined) throw invalid('There is no open transaction.');
    return this.#transaction;
  }

  #watchIdle(): void {
    this.#idleTimer = setTimeout(() => {
      // The client hears of it with its next message; until its RESET nothing more is run.
      this.#expired = true;
      void this.end();
    }, idleTransactionMs);
    this.#idleTimer.unref();
  }
}

function expired(): BoltFailure {
  return new BoltFailure(
    'Neo.ClientError.Transaction.TransactionTimedOut',
    `The transaction was idle for more than ${idleTransactionMs} ms and has been rolled back.`,
  );
}

function invalid(text: string): BoltFailure {
  return new BoltFailure('Neo.ClientError.Request.Invalid', text);
}
