import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { StartEngine } from '../engine-process.ts';
import { startupSettings } from './client-settings.ts';
import { Connection } from './connection.ts';
import { type Database, openDatabase } from './database.ts';
import { greeting, type Opening, readOpening, refusalOf, reportedSettings } from './greeting.ts';
import { Session } from './session.ts';
import { errorResponse, MessageReader, ProtocolError } from './wire.ts';

const HOST = '127.0.0.1';

type Clients = Map<number, { connection: Connection; secret: number }>;

/**
 * PostgreSQL's wire protocol in front of PGlite: `postgres://casefold@127.0.0.1:PORT/postgres`.
 *
 * There is one session behind all connections; `session.ts` says how it is shared and README.md what remains different
 * from a server of its own.
 */
export const startPostgres: StartEngine = async ({ folder, port, log }) => {
  const database = await openDatabase(folder, (error) => {
    log.fatal({ err: error }, 'PGlite has failed and cannot go on: the process ends, a restart recovers');
    process.exit(1);
  });
  const settings = reportedSettings(database);
  const session = new Session(database, log);
  const clients: Clients = new Map();

  const server = createServer({ noDelay: true }, (socket) => {
    // A reset by the client is its own business; 'close' follows and cleans up.
    socket.on('error', (error) => log.debug({ err: error }, 'connection lost'));
    greet(socket, (opening, reader) => {
      if (opening.kind === 'cancel') {
        const target = clients.get(opening.processId);
        if (target?.secret === opening.secret) session.cancel(target.connection);
        socket.end();
        return null;
      }
      const refusal = refusalOf(opening.parameters);
      if (refusal) {
        socket.end(refusal);
        return null;
      }
      const processId = freeProcessId(clients);
      const secret = randomInt(1, 2 ** 31 - 1);
      const connection = new Connection(socket, reader, session, processId);
      session.join(connection, startupSettings(opening.parameters));
      clients.set(processId, { connection, secret });
      socket.on('close', () => {
        clients.delete(processId);
        connection.close();
      });
      socket.write(greeting(opening, settings, { processId, secret }));
      return connection;
    });
  });

  const watch = setInterval(() => session.tick(), 1_000);
  await listen(server, port);
  return {
    port: portOf(server),
    version: versionOf(database),
    close: async () => {
      clearInterval(watch);
      server.close();
      const goodbye = errorResponse({
        severity: 'FATAL',
        code: '57P01',
        message: 'terminating connection due to administrator command',
      });
      for (const { connection } of clients.values()) connection.terminate(goodbye);
      await database.close();
    },
  };
};

/** Answers the packets that open a connection, then hands everything to the connection that `begin` makes. */
function greet(
  socket: Socket,
  begin: (
    opening: Extract<Opening, { kind: 'start' | 'cancel' }>,
    reader: MessageReader,
  ) => Connection | null,
): void {
  const reader = new MessageReader();
  let connection: Connection | null = null;
  socket.on('data', (chunk) => {
    reader.push(chunk);
    if (connection) return connection.pump();
    try {
      for (let packet = reader.nextStartupPacket(); packet; packet = reader.nextStartupPacket()) {
        const opening = readOpening(packet);
        if (opening.kind === 'unsupported') return void socket.end(opening.error);
        if (opening.kind === 'encryption') socket.write('N');
        else {
          connection = begin(opening, reader);
          return connection?.pump();
        }
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      socket.end(errorResponse({ severity: 'FATAL', code: '08P01', message: error.message }));
    }
  });
}

function freeProcessId(clients: Clients): number {
  for (;;) {
    const id = randomInt(1, 2 ** 31 - 1);
    if (!clients.has(id)) return id;
  }
}

/** `PGlite 0.5.14, PostgreSQL 18.6, pgvector 0.8.7` */
function versionOf(database: Database): string {
  const ask = (sql: string) => database.query(sql)[0]?.[0] ?? '';
  const pglite = /PGlite [\d.]+/.exec(ask('SELECT version()'))?.[0] ?? 'PGlite';
  const vector = ask("SELECT extversion FROM pg_extension WHERE extname = 'vector'");
  return `${pglite}, PostgreSQL ${ask('SHOW server_version')}, pgvector ${vector}`;
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, HOST);
  await once(server, 'listening');
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no TCP port');
  return address.port;
}
