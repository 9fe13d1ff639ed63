import type { Connection, Submittable } from 'pg';

/** The parts of pg's connection that COPY needs and its types leave out. */
type CopyConnection = Connection & {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
};

/**
 * One COPY in either direction for `client.query(…)`: `rows` are sent when the server asks for them, and what the
 * server sends is collected. `result` settles with both sides' outcome.
 */
export class Copy implements Submittable {
  readonly result: Promise<{ received: string }>;
  readonly #text: string;
  readonly #rows: readonly (Buffer | string)[];
  readonly #abandon: string | undefined;
  readonly #received: Buffer[] = [];
  #settle: (outcome: Error | null) => void = () => undefined;
  #failed = false;

  constructor(text: string, rows: readonly (Buffer | string)[] = [], abandon?: string) {
    this.#text = text;
    this.#rows = rows;
    this.#abandon = abandon;
    this.result = new Promise((resolve, reject) => {
      this.#settle = (error) =>
        error ? reject(error) : resolve({ received: Buffer.concat(this.#received).toString() });
    });
    this.result.catch(() => undefined);
  }

  submit(connection: Connection): void {
    connection.query(this.#text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    for (const row of this.#rows) connection.sendCopyFromChunk(Buffer.from(row));
    if (this.#abandon === undefined) connection.endCopyFrom();
    else connection.sendCopyFail(this.#abandon);
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.#received.push(Buffer.from(chunk));
  }

  handleError(error: Error): void {
    this.#failed = true;
    this.#settle(error);
  }

  handleReadyForQuery(): void {
    if (!this.#failed) this.#settle(null);
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
}
