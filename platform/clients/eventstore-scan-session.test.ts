import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openSession } from './eventstore-scan-session.ts';

test('one that is ended in the moment in which it is connected is only ended', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const faults: Error[] = [];
  const onFault = (error: Error) => faults.push(error);
  process.prependListener('uncaughtException', onFault);
  onTestFinished(() => void process.off('uncaughtException', onFault));

  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keepAlive = { intervalMs: 1000, timeoutMs: 1000 };
  const session = openSession({ url, tls: {}, headers: {}, connectTimeoutMs: 10_000, keepAlive });
  session.socket.once('connect', () => session.destroy());
  await once(session, 'close');
  expect(faults).toEqual([]);
});
