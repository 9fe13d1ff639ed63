import type { Socket } from 'node:net';
import { BatchBuilder } from './batch.ts';
import { CopyRows } from './copy-rows.ts';
import type { Session, SessionClient } from './session.ts';
import { errorResponse, type Message, type MessageReader, ProtocolError } from './wire.ts';

/** Beyond this much unread input a client that pipelines is slowed down by TCP. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

/**
 * One client after its start-up: gathers what it sends into batches, up to Sync, Flush or a simple query, and submits
 * them one at a time, so answers come in the order of the questions.
 */
export class Connection implements SessionClient {
  readonly processId: number;
  readonly #socket: Socket;
  readonly #reader: MessageReader;
  readonly #session: Session;
  readonly #batch: BatchBuilder;
  /** Rows being collected for the batch, and whether the batch ends with them or with a Sync to come. */
  #copy: CopyRows | null = null;
  #copyEndsBatch = false;
  #rowsTaken = false;
  /** A batch is with the session; what arrives meanwhile waits in the reader. */
  #busy = false;
  #closed = false;

  /** @param reader holds what the client sent after its start-up packet, and gets what it sends from now on */
  constructor(socket: Socket, reader: MessageReader, session: Session, processId: number) {
    this.processId = processId;
    this.#socket = socket;
    this.#reader = reader;
    this.#session = session;
    this.#batch = new BatchBuilder(processId);
  }

  /** Handles what has arrived in the reader. */
  pump(): void {
    try {
      while (!this.#busy && !this.#closed) {
        const next = this.#reader.next();
        if (!next) break;
        this.#handle(next);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.terminate(errorResponse({ severity: 'FATAL', code: '08P01', message: error.message }));
    }
    if (!this.#busy) this.#socket.resume();
    else if (this.#reader.buffered > MAX_UNREAD_BYTES) this.#socket.pause();
  }

  deliver(reply: Buffer): void {
    this.#busy = false;
    this.send(reply);
    this.pump();
  }

  send(bytes: Buffer): void {
    if (!this.#closed && this.#socket.writable) this.#socket.write(bytes);
  }

  terminate(error: Buffer): void {
    if (this.#socket.writable) this.#socket.end(error);
    this.close();
  }

  /** The client is gone, however it went. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#session.leave(this, this.#batch.closeStatements());
  }

  #handle(received: Message): void {
    const { type } = received;
    if (this.#copy) this.#takeRows(this.#copy, received);
    else if (type === 'X') {
      this.#socket.end();
      this.close();
    } else if (type === 'Q' || type === 'F') {
      this.#batch.add(received);
      this.#endBatch(null, true);
    } else if (type === 'S' || type === 'H') this.#endBatch(received, type === 'S');
    else this.#batch.add(received);
  }

  /** @param last the Sync or Flush that ends the batch; null for a simple query, which ends itself */
  #endBatch(last: Message | null, synced: boolean): void {
    const copies = this.#rowsTaken ? [] : this.#batch.copies;
    if (copies.length > 0) {
      // A Sync or Flush before the rows has no effect in the protocol; the one after them ends the batch.
      this.#copy = new CopyRows(copies);
      this.#copyEndsBatch = last === null;
      this.#askForRows(this.#copy);
      return;
    }
    if (last) this.#batch.add(last);
    this.#submit(synced);
  }

  #takeRows(copy: CopyRows, received: Message): void {
    for (const bytes of copy.take(received)) this.#batch.add({ type: 'd', bytes });
    if (received.type === 'c' || received.type === 'f') this.#askForRows(copy);
  }

  #askForRows(copy: CopyRows): void {
    const request = copy.request();
    if (request) {
      this.send(request);
      return;
    }
    this.#copy = null;
    this.#rowsTaken = true;
    if (this.#copyEndsBatch) this.#submit(true);
  }

  #submit(synced: boolean): void {
    this.#busy = true;
    this.#rowsTaken = false;
    this.#session.submit(this, this.#batch.take(synced));
  }
}
