import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Server } from 'node:http';
import { expect, test } from 'vitest';
import { createSessions, endedSessionsInMemory } from '#platform/http/session';
import { createLogger } from '#platform/log';
import { createSignInCodes } from './credentials.ts';
import { createHttpApp } from './http-app.ts';
import { startHttpServer } from './http-server.ts';

const app = createHttpApp(
  {
    ownerToken: 't'.repeat(43),
    sessions: createSessions({ key: 'k'.repeat(32), ended: endedSessionsInMemory(), secure: false }),
    origin: undefined,
  },
  createSignInCodes(),
  {
    apis: [],
    signInLink: () => '',
    openApi: () => ({}),
    health: () => ({ ok: true, body: {} }),
    metrics: async () => '',
    doctor: async () => [],
    onRefused: () => {},
  },
  () => undefined,
  createLogger('test', 'silent'),
);

test('an upload may take as long as it takes; slow headers and silent sockets are cut off', async () => {
  const seen: unknown[] = [];
  const look = (message: unknown) => seen.push(message);
  subscribe('http.server.request.start', look);
  const running = await startHttpServer({ host: '127.0.0.1', port: 0 }, app);
  expect((await fetch(`http://127.0.0.1:${running.port}/health`)).status).toBe(200);
  await running.close();
  unsubscribe('http.server.request.start', look);

  const [message] = seen;
  const server = typeof message === 'object' && message && 'server' in message ? message.server : undefined;
  if (!(server instanceof Server)) return expect.unreachable('No request was seen.');
  const { requestTimeout, headersTimeout, timeout } = server;
  expect({ requestTimeout, headersTimeout, timeout }).toEqual({
    requestTimeout: 0,
    headersTimeout: 60_000,
    timeout: 300_000,
  });
});
