import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import {
  connect,
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import {
  type AddressInfo,
  connect as connectTcp,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { newFolder } from './engine.ts';

/** Listens on a free port until the test is over. */
async function listen(server: Server | Http2Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** What stands at an `esdb://` URL that is one node without TLS. */
export function addressOf(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url.replace(/^esdb/, 'http'));
  return { host: hostname, port: Number(port) };
}

/** Passes bytes through to a server; counts those that come back, and the connections. */
export async function countingRelay(url: string) {
  const { host, port } = addressOf(url);
  let received = 0;
  let open = 0;
  const server = createTcpServer((near) => {
    open++;
    near.on('close', () => open--);
    const far = connectTcp(port, host);
    far.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  const own = await listen(server);
  return { url: `esdb://127.0.0.1:${own}?tls=false`, received: () => received, open: () => open };
}

/** Takes connections and says nothing. */
export async function silentServer() {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { url: `esdb://127.0.0.1:${await listen(server)}?tls=false`, open: () => sockets.size };
}

/** A proxy as companies have it: `CONNECT host:port`. */
export async function connectProxy() {
  let connections = 0;
  const server = createHttpServer();
  server.on('connect', (request, near, head) => {
    connections++;
    const [host, port] = (request.url ?? '').split(':');
    const far = connectTcp(Number(port), host, () => {
      near.write('HTTP/1.1 200 OK\r\n\r\n');
      far.write(head);
      near.pipe(far).pipe(near);
    });
    far.on('error', () => near.destroy());
    near.on('error', () => far.destroy());
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, connections: () => connections };
}

/** What a front does with a call itself; undefined lets it through. */
export type Intercept = (request: {
  readonly path: string;
  /** One message, without gRPC's prefix. */
  readonly message: Buffer;
  readonly stream: ServerHttp2Stream;
}) => 'answered' | undefined;

/** A server in front of another that passes gRPC calls on, with TLS or without. */
export async function front(url: string, { tls, intercept }: { tls?: boolean; intercept?: Intercept } = {}) {
  const { host, port } = addressOf(url);
  const seen: IncomingHttpHeaders[] = [];
  const certificate = tls ? selfSigned() : undefined;
  const server = certificate ? createSecureServer(certificate) : createServer();
  const behind = connect(`http://${host}:${port}`);
  onTestFinished(() => behind.destroy());
  server.on('stream', async (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    seen.push(headers);
    stream.on('error', () => {});
    // Whoever leaves before the end of the request wants no answer.
    const parts: Buffer[] | undefined = await stream.toArray().catch(() => undefined);
    if (!parts) return;
    const body = Buffer.concat(parts);
    const path = String(headers[':path']);
    if (intercept?.({ path, message: body.subarray(5), stream })) return;
    const { ':scheme': _, ':authority': __, ...passed } = headers;
    const far = behind.request(passed);
    far.on('error', () => stream.destroy());
    far.on('response', ({ ...answer }) => {
      const trailersOnly = 'grpc-status' in answer;
      stream.respond(answer, { waitForTrailers: !trailersOnly, endStream: trailersOnly });
    });
    far.on('trailers', (trailers) => stream.once('wantTrailers', () => stream.sendTrailers(trailers)));
    far.pipe(stream);
    far.end(body);
  });
  const own = await listen(server);
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
  });
  return { host: `localhost:${own}`, caFile: certificate?.file, seen };
}

/** A certificate for `localhost`, made for this test. */
function selfSigned() {
  const folder = newFolder();
  const [file, keyFile] = [join(folder, 'ca.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, '-days', '2', '-out', file], {
    stdio: 'ignore',
  });
  return { key: readFileSync(keyFile), cert: readFileSync(file), file };
}
