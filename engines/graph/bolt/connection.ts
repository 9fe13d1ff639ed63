import type { Socket } from 'node:net';
import type { Logger } from '#platform/log';
import type { GraphDatabase } from '../graph-database.ts';
import { serverAgent } from '../procedures.ts';
import { BoltProtocolError, type BoltStructure } from './bolt-value.ts';
import { ChunkReader } from './chunks.ts';
import { answerOpening, openingBytes } from './handshake.ts';
import { message } from './message.ts';
import { decodeMessage } from './packstream-reader.ts';
import { encodeMessage } from './packstream-writer.ts';
import { BoltSession } from './session.ts';

/**
 * Serves one client until it leaves. Resolves, and never rejects, when all it had open is rolled back.
 */
export async function serveConnection(
  socket: Socket,
  graph: GraphDatabase,
  { connectionId, log }: { connectionId: string; log: Logger },
): Promise<void> {
  const inbox: BoltStructure[] = [];
  let wake = Promise.withResolvers<void>();
  const output = bufferedOutput(socket);
  const session = new BoltSession(graph, output.send, {
    agent: serverAgent,
    connectionId,
    address: `${socket.localAddress}:${socket.localPort}`,
  });
  socket.on('close', () => {
    session.interrupt();
    wake.resolve();
  });
  // A client that is gone shows as a close as well.
  socket.on('error', (error) => log.debug({ connectionId, reason: error.message }, 'connection lost'));
  receive(socket, (request) => {
    // Bolt: a RESET is heard at once, even while an earlier message still waits for its turn.
    if (request.tag === message.reset) session.interrupt();
    inbox.push(request);
    wake.resolve();
  });

  try {
    while (!socket.destroyed) {
      const request = inbox.shift();
      if (request === undefined) {
        output.flush();
        await wake.promise;
        wake = Promise.withResolvers();
      } else if (request.tag === message.goodbye) {
        socket.end();
        break;
      } else {
        await session.answer(request);
      }
    }
  } catch (error) {
    log.warn({ connectionId, error }, 'connection closed');
    socket.destroy();
  } finally {
    await session.end();
  }
}

/** Reads the opening, answers it, then hands over whole messages. Anything else ends the connection. */
function receive(socket: Socket, onMessage: (request: BoltStructure) => void): void {
  const chunks = new ChunkReader();
  let opening: Buffer | undefined = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    try {
      let rest = bytes;
      if (opening !== undefined) {
        opening = Buffer.concat([opening, bytes]);
        if (opening.length < openingBytes) return;
        const answer = answerOpening(opening);
        if (answer === undefined) throw new BoltProtocolError('Not a Bolt client.');
        socket.write(answer);
        rest = opening.subarray(openingBytes);
        opening = undefined;
      }
      for (const body of chunks.push(rest)) onMessage(decodeMessage(body));
    } catch (error) {
      socket.destroy(error instanceof Error ? error : undefined);
    }
  });
}

/** Collects small messages into larger writes, and waits when the client reads slower than the engine finds rows. */
function bufferedOutput(socket: Socket): { send(response: BoltStructure): Promise<void>; flush(): void } {
  const flushAt = 64 * 1024;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const flush = () => {
    if (pendingBytes === 0 || socket.destroyed) return true;
    const free = socket.write(Buffer.concat(pending, pendingBytes));
    pending = [];
    pendingBytes = 0;
    return free;
  };
  return {
    async send(response) {
      const bytes = encodeMessage(response);
      pending.push(bytes);
      pendingBytes += bytes.length;
      if (pendingBytes >= flushAt && !flush()) await drained(socket);
    },
    flush: () => void flush(),
  };
}

/** Resolves when the socket takes more, or never will again. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
    if (socket.destroyed) done();
  });
}
