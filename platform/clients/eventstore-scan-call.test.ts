import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { EventStoreUnavailableError } from '#platform/event-store';
import { callRead } from './eventstore-scan-call.ts';
import { openSession } from './eventstore-scan-session.ts';

const answer = Buffer.alloc(1024 * 1024);

/** A call to a server that answers all of it with a good end; the caller stops reading at the first piece. */
async function pausedCall() {
  const server = createServer();
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const session = openSession({ url, tls: {}, headers: {}, connectTimeoutMs: 10_000, keepAlive: undefined });
  onTestFinished(() => {
    session.destroy();
    server.close();
  });
  let read = 0;
  const { promise: ended, resolve, reject } = Promise.withResolvers<'all'>();
  const stream = callRead(session, {}, Buffer.alloc(5), {
    onChunk(chunk) {
      if (read === 0) stream.pause();
      read += chunk.length;
    },
    onEnd: () => resolve('all'),
    onError: reject,
  });
  await once(stream, 'trailers');
  return { session, stream, sockets, ended, read: () => read };
}

test('a call is at its end when all of the answer was read, and not when the server has said that this was all', async () => {
  const { stream, ended, read } = await pausedCall();
  expect(read()).toBeLessThan(answer.length);
  stream.resume();
  expect(await ended).toBe('all');
  expect(read()).toBe(answer.length);
});

test.each<[string, (call: Awaited<ReturnType<typeof pausedCall>>) => void]>([
  ['the server', ({ sockets }) => void sockets[0]?.resetAndDestroy()],
  ['the caller', ({ session }) => session.destroy(new Error('No answer to a ping.'))],
])('where %s breaks the connection before that, the log is away', async (_, breakOff) => {
  const call = await pausedCall();
  breakOff(call);
  await expect(call.ended).rejects.toBeInstanceOf(EventStoreUnavailableError);
  expect(call.read()).toBeLessThan(answer.length);
});
