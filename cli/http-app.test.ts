import { Hono } from 'hono';
import { expect, test } from 'vitest';
import type { ActorEnv } from '#platform/http/actor';
import { createSessions, endedSessionsInMemory } from '#platform/http/session';
import { createLogger } from '#platform/log';
import { createSignInCodes } from './credentials.ts';
import { createHttpApp } from './http-app.ts';

const ownerToken = 't'.repeat(43);
const bearer = { authorization: `Bearer ${ownerToken}` };
const json = { 'content-type': 'application/json' };

async function signedIn(origin?: string) {
  const codes = createSignInCodes();
  const refused: string[] = [];
  const sessions = createSessions({ key: 'k'.repeat(32), ended: endedSessionsInMemory(), secure: false });
  const api = new Hono<ActorEnv>()
    .post('/api/echo', async (c) => c.text(String((await c.req.text()).length)))
    .post('/api/upload', async (c) => c.text(String((await c.req.text()).length)));
  const app = createHttpApp(
    { ownerToken, sessions, origin },
    codes,
    {
      apis: [api],
      live: (c) => Promise.resolve(c.text('live')),
      signInLink: () => `http://casefold/sign-in/${codes.issue()}`,
      openApi: () => ({}),
      health: () => ({ ok: true, body: {} }),
      metrics: async () => '',
      doctor: async () => [],
      onRefused: (method, path) => refused.push(`${method} ${path}`),
    },
    () => undefined,
    createLogger('test', 'silent'),
  );
  const request = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    app.request(path, { method, headers: { host: 'casefold.lan:3000', ...headers }, ...(body && { body }) });
  const link = `/sign-in/${codes.issue()}`;
  expect((await request('HEAD', link)).headers.getSetCookie()).toEqual([]);
  const answer = await request('GET', link);
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return { request, cookie, refused, link };
}

test('looking whether a sign-in link is good does not use it up; opening it does', async () => {
  const { request, cookie, link } = await signedIn();
  expect(cookie).toMatch(/^casefold_session=owner\./);
  expect((await request('GET', link)).headers.getSetCookie()).toEqual([]);
});

test('signing out ends the session, and another site cannot make a browser do it', async () => {
  const { request, cookie } = await signedIn();
  const doctor = async () => (await request('GET', '/api/doctor', { cookie })).status;
  expect((await request('DELETE', '/api/session', { cookie, origin: 'http://evil' })).status).toBe(403);
  expect(await doctor()).toBe(200);
  expect((await request('DELETE', '/api/session', { cookie })).status).toBe(204);
  expect(await doctor()).toBe(401);
  expect((await request('DELETE', '/api/session')).status).toBe(204);
});

const pages: [headers: Record<string, string>, own: boolean][] = [
  [{}, true],
  [{ origin: 'http://casefold.lan:3000' }, true],
  [{ origin: 'https://casefold.lan:3000' }, true],
  [{ origin: 'http://casefold.lan:4000' }, false],
  [{ origin: 'http://casefold.lan' }, false],
  [{ origin: 'http://evil.example' }, false],
  [{ origin: 'null' }, false],
  [{ origin: 'not an origin' }, false],
  [{ 'sec-fetch-site': 'same-origin', origin: 'http://behind.a.proxy' }, true],
  [{ 'sec-fetch-site': 'none' }, true],
  [{ 'sec-fetch-site': 'same-site' }, false],
  [{ 'sec-fetch-site': 'cross-site', origin: 'http://casefold.lan:3000' }, false],
];

test.each(pages)('a write and a socket with the cookie and %j: %j', async (headers, own) => {
  const { request, cookie, refused } = await signedIn();
  const write = await request('POST', '/api/echo', { cookie, ...headers }, 'x');
  const socket = await request('GET', '/live', { cookie, upgrade: 'websocket', ...headers });
  expect([write.status, socket.status]).toEqual(own ? [200, 200] : [403, 403]);
  expect(refused).toEqual(own ? [] : ['POST /api/echo', 'GET /live']);
  // Looking is for everybody's links, and a token no browser sends by itself.
  expect((await request('GET', '/api/doctor', { cookie, ...headers })).status).toBe(200);
  expect((await request('POST', '/api/echo', { ...bearer, ...headers }, 'x')).status).toBe(200);
});

test('the address people use counts as well, where it was set', async () => {
  const { request, cookie } = await signedIn('https://cases.example');
  const write = (origin: string) => request('POST', '/api/echo', { cookie, origin }, 'x');
  expect((await write('https://cases.example')).status).toBe(200);
  expect((await write('http://cases.example')).status).toBe(403);
});

test('no body but an upload may be longer than a mebibyte', async () => {
  const { request } = await signedIn();
  const long = 'x'.repeat(1024 * 1024 + 1);
  const refused = await request('POST', '/api/echo', { ...bearer, ...json }, long);
  expect(refused.status).toBe(413);
  expect(await refused.json()).toMatchObject({ type: 'urn:casefold:problem:body-too-large' });
  expect(await (await request('POST', '/api/echo', bearer, long.slice(1))).text()).toBe('1048576');
  expect(await (await request('POST', '/api/upload', bearer, long)).text()).toBe('1048577');
  expect((await request('POST', '/api/echo', {}, long)).status).toBe(401);
});
