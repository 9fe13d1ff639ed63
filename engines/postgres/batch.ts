import { NO_EFFECTS, type SessionEffects, sessionEffects } from './sql-text.ts';
import { StatementNames } from './statement-names.ts';
import { type Message, ProtocolError, readCString } from './wire.ts';

/** Frontend messages that run without anything of another client in between. */
export type Batch = {
  readonly messages: readonly Buffer[];
  /** The SQL in them, where there is any: a batch may run what was prepared before. */
  readonly texts: readonly string[];
  readonly effects: SessionEffects;
  /** Whether the answer ends with ReadyForQuery: the batch ends with Sync or is a simple query. */
  readonly synced: boolean;
  /** What becomes of the unnamed prepared statement, of which the session has one and every client expects its own. */
  readonly unnamed: 'untouched' | 'parsed' | 'dropped';
  /** The Parse to run first if another client's unnamed statement has taken the place of this client's. */
  readonly unnamedParse: Buffer | null;
};

/** Gathers the messages of one client into batches. */
export class BatchBuilder {
  readonly #names: StatementNames;
  #messages: Buffer[] = [];
  #texts: string[] = [];
  #effects: SessionEffects[] = [];
  #unnamed: Batch['unnamed'] = 'untouched';
  #needsUnnamed = false;
  #lastUnnamedParse: Buffer | null = null;

  constructor(connectionId: number) {
    this.#names = new StatementNames(connectionId);
  }

  /** COPY statements in the batch so far whose rows the client has yet to send. */
  get copies(): SessionEffects['copies'] {
    return this.#effects.flatMap((effects) => effects.copies);
  }

  /** Adds a message, under the names the session knows. Throws {@link ProtocolError} for an unknown type. */
  add({ type, bytes }: Message): void {
    if (type === 'Q') this.#simpleQuery(bytes);
    else if (type === 'P') this.#parse(bytes);
    else if (type === 'B') this.#bind(bytes);
    else if (type === 'D' || type === 'C') this.#messages.push(this.#names.target(type, bytes));
    else if ('EFSHdcf'.includes(type)) this.#messages.push(bytes);
    else throw new ProtocolError(`unknown frontend message type "${type}"`);
  }

  /** The batch, complete; the builder is empty afterwards. */
  take(synced: boolean): Batch {
    const batch: Batch = {
      messages: this.#messages,
      texts: this.#texts,
      effects: {
        copies: this.copies,
        channels: this.#effects.flatMap((effects) => effects.channels),
        setsConfig: this.#effects.some((effects) => effects.setsConfig),
      },
      synced,
      unnamed: this.#unnamed,
      unnamedParse: this.#needsUnnamed ? this.#lastUnnamedParse : null,
    };
    this.#messages = [];
    this.#texts = [];
    this.#effects = [];
    this.#unnamed = 'untouched';
    this.#needsUnnamed = false;
    return batch;
  }

  /** Messages that close everything this client prepared. */
  closeStatements(): Buffer[] {
    return this.#names.closeAll();
  }

  #simpleQuery(bytes: Buffer): void {
    this.#addText(readCString(bytes, 5).text);
    this.#messages.push(bytes);
    this.#unnamed = 'dropped';
    this.#lastUnnamedParse = null;
  }

  #addText(sql: string): void {
    this.#texts.push(sql);
    const effects = sessionEffects(sql);
    if (effects !== NO_EFFECTS) this.#effects.push(effects);
  }

  #parse(bytes: Buffer): void {
    const name = readCString(bytes, 5);
    this.#addText(readCString(bytes, name.end).text);
    this.#messages.push(this.#names.parse(bytes));
    if (name.text !== '') return;
    this.#unnamed = 'parsed';
    this.#lastUnnamedParse = bytes;
  }

  #bind(bytes: Buffer): void {
    const statement = readCString(bytes, readCString(bytes, 5).end);
    if (statement.text === '' && this.#unnamed === 'untouched') this.#needsUnnamed = true;
    this.#messages.push(this.#names.bind(bytes));
  }
}
