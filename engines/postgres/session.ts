import type { Logger } from '#platform/log';
import type { Batch } from './batch.ts';
import { ClientSettings, mayHaveSet } from './client-settings.ts';
import type { Database } from './database.ts';
import { Maintenance } from './maintenance.ts';
import { Channels, channelStatements } from './notifications.ts';
import { readOutput, type SessionOutput } from './session-output.ts';
import { errorResponse, message, simpleQuery, sync } from './wire.ts';

/** A connection as the session sees it. */
export type SessionClient = {
  readonly processId: number;
  /** The answer to the batch that was submitted. */
  deliver(reply: Buffer): void;
  /** Something the client did not ask for just now: a notification. */
  send(bytes: Buffer): void;
  /** Sends the error and closes. */
  terminate(error: Buffer): void;
};

/** Something to do when the session is free, or free for this client. */
type Job = { readonly client: SessionClient | null; readonly cancellable: boolean; run(): void };

/** No batch for so long, and the session may be used for maintenance. */
const IDLE_AFTER_MS = 1_000;

/** How long a transaction may sit idle while others wait for it; then it is ended, which turns a deadlock into an error. */
const IDLE_TRANSACTION_LIMIT_MS = 60_000;
const IDLE_TRANSACTION_WARNING_MS = 5_000;

/**
 * Shares PGlite's one session among many connections: batches run one after another in the order they came, and a
 * connection with an open transaction keeps the session until the transaction ends.
 */
export class Session {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #maintenance: Maintenance;
  readonly #settings: ClientSettings<SessionClient>;
  readonly #channels = new Channels<SessionClient>();
  #waiting: Job[] = [];
  #holder: SessionClient | null = null;
  #lastBatchAt = 0;
  #warned = false;
  #running = false;
  /** Whose unnamed statement the session holds; any other client's batch may have replaced it. */
  #unnamedOwner: SessionClient | null = null;

  constructor(database: Database, log: Logger) {
    this.#database = database;
    this.#log = log;
    this.#maintenance = new Maintenance((sql) => this.#own(sql), log);
    this.#settings = new ClientSettings((sql) => this.#own(sql));
  }

  /** A client comes, with the settings of its start-up packet. */
  join(client: SessionClient, settings: ReadonlyMap<string, string>): void {
    this.#settings.begin(client, settings);
  }

  submit(client: SessionClient, batch: Batch): void {
    this.#waiting.push({ client, cancellable: batch.synced, run: () => this.#execute(client, batch) });
    this.#run();
  }

  /** Takes a waiting batch of this client out of the queue. What already runs cannot be interrupted. */
  cancel(client: SessionClient): void {
    const at = this.#waiting.findIndex((job) => job.client === client && job.cancellable);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    const error = errorResponse({ code: '57014', message: 'canceling statement due to user request' });
    // A client whose batch waits has no transaction: those who have one do not wait.
    client.deliver(Buffer.concat([error, message('Z', Buffer.from('I'))]));
  }

  /** The client is gone: its transaction is rolled back, its statements and channels are let go. */
  leave(client: SessionClient, closeStatements: readonly Buffer[]): void {
    this.#waiting = this.#waiting.filter((job) => job.client !== client);
    if (this.#unnamedOwner === client) this.#unnamedOwner = null;
    const abandoned = this.#channels.forget(client);
    const cleanUp = () => {
      if (closeStatements.length > 0) this.#database.execute(Buffer.concat([...closeStatements, sync]));
      if (abandoned.length > 0) this.#own(channelStatements('UNLISTEN', abandoned));
    };
    if (this.#holder === client) {
      this.#database.execute(Buffer.concat([sync, simpleQuery('ROLLBACK')]));
      this.#holder = null;
    }
    if (this.#holder === null) cleanUp();
    // Inside another client's transaction the clean-up could fail or be rolled back: it waits its turn.
    else this.#waiting.push({ client: null, cancellable: false, run: cleanUp });
    this.#run();
  }

  /** To be called about every second. */
  tick(now = Date.now()): void {
    if (this.#holder === null) this.#maintenance.tick(now - this.#lastBatchAt > IDLE_AFTER_MS, now);
    else this.#endIdleTransaction(now);
  }

  /** Ends a transaction that others wait for and nobody uses. */
  #endIdleTransaction(now: number): void {
    const holder = this.#holder;
    if (!holder || this.#waiting.length === 0) return;
    const idle = now - this.#lastBatchAt;
    if (idle > IDLE_TRANSACTION_WARNING_MS && !this.#warned) {
      this.#warned = true;
      this.#log.warn(
        { waiting: this.#waiting.length, idleMs: idle },
        'a transaction sits idle while other connections wait for it: the embedded Postgres has one session',
      );
    }
    if (idle < IDLE_TRANSACTION_LIMIT_MS) return;
    holder.terminate(
      errorResponse({
        severity: 'FATAL',
        code: '25P03',
        message: `terminating connection: its transaction sat idle for ${Math.round(idle / 1000)} s while others waited`,
        hint: 'The embedded engine runs one transaction at a time. Do not wait for another connection inside a transaction.',
      }),
    );
  }

  #run(): void {
    if (this.#running) return;
    this.#running = true;
    try {
      for (let job = this.#next(); job; job = this.#next()) job.run();
    } finally {
      this.#running = false;
    }
  }

  #next(): Job | undefined {
    const at = this.#holder === null ? 0 : this.#waiting.findIndex((job) => job.client === this.#holder);
    return at < 0 ? undefined : this.#waiting.splice(at, 1)[0];
  }

  #execute(client: SessionClient, batch: Batch): void {
    if (!this.#prepareFor(client)) return;
    const replaced = batch.unnamedParse && this.#unnamedOwner !== client ? batch.unnamedParse : null;
    const messages = replaced ? [replaced, ...batch.messages] : batch.messages;
    const output = readOutput(this.#database.execute(Buffer.concat(messages)), {
      G: batch.effects.copies.length,
      1: replaced ? 1 : 0,
    });
    if (replaced || batch.unnamed === 'parsed') this.#unnamedOwner = client;
    else if (batch.unnamed === 'dropped') this.#unnamedOwner = null;
    this.#holder = output.status === 'I' ? null : client;
    this.#lastBatchAt = Date.now();
    this.#warned = false;
    this.#updateChannels(client, batch, output);
    if (mayHaveSet(batch, output.tags)) this.#settings.changed();
    client.deliver(output.reply);
    for (const { channel, bytes } of output.notifications) {
      bytes.writeInt32BE(client.processId, 5);
      for (const listener of this.#channels.listeners(channel)) listener.send(bytes);
    }
  }

  /** A statement of the session's own, between those of clients. */
  #own(sql: string): (string | null)[][] {
    this.#unnamedOwner = null;
    return this.#database.query(sql);
  }

  /** Puts the client's settings in place. @returns false if they cannot be had, and the client is told and gone */
  #prepareFor(client: SessionClient): boolean {
    try {
      if (this.#holder === null) this.#settings.enter(client);
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      client.terminate(errorResponse({ severity: 'FATAL', code: '22023', message: reason }));
      return false;
    }
  }

  #updateChannels(client: SessionClient, batch: Batch, output: SessionOutput): void {
    if (batch.effects.channels.length > 0) {
      const accepted = output.tags.filter((tag) => tag === 'LISTEN' || tag === 'UNLISTEN').length;
      this.#channels.add(client, batch.effects.channels.slice(0, accepted));
    }
    if (output.status !== 'I') return;
    const committed = !output.failed && output.tags.at(-1) !== 'ROLLBACK';
    const lost = this.#channels.settle(client, committed);
    if (lost.length > 0) this.#own(channelStatements('LISTEN', lost));
  }
}
