import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPageFetcher, pageLimits } from './fetch-page.ts';

let answer: (request: IncomingMessage, response: ServerResponse) => void;
let asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  answer(request, response);
});
let host: string;
const going = new AbortController().signal;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
  answer = (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hello</p>');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const allowed = (limits = {}) => createPageFetcher(new Set([host]), { ...pageLimits, ...limits });
const reasonOf = async (fetching: Promise<unknown>): Promise<string> =>
  fetching.then(
    () => 'fetched',
    (error: { reason?: string }) => error.reason ?? String(error),
  );

test('a page comes with its type and its bytes', async () => {
  const page = await allowed()(`http://${host}/a`, going);
  expect(page).toMatchObject({ url: `http://${host}/a`, mediaType: 'text/html' });
  expect(Buffer.from(page.bytes).toString()).toBe('<p>Hello</p>');
});

describe('nothing inside the own network is asked for anything', () => {
  test.each([
    ['an address', () => `http://${host}/`],
    ['a name', () => `http://localhost:${host.split(':')[1]}/`],
    ['an address as a number', () => `http://2130706433:${host.split(':')[1]}/`],
    ['IPv6', () => 'http://[::1]/'],
    ['the address of a cloud’s metadata', () => 'http://169.254.169.254/latest/meta-data/'],
  ])('by %s', async (_, url) => {
    expect(await reasonOf(createPageFetcher()(url(), going))).toBe('private-address');
    expect(asked).toEqual([]);
  });

  test('nor by a redirect', async () => {
    answer = (_, response) => response.writeHead(302, { location: 'http://[::1]:9/secret' }).end();
    expect(await reasonOf(allowed()(`http://${host}/`, going))).toBe('private-address');
  });
});

test.each([
  'file:///etc/passwd',
  'ftp://example.org/',
  'javascript:alert(1)',
  'no address',
  'http://a:b@example.org/',
])('%s is no address to fetch', async (url) =>
  expect(await reasonOf(createPageFetcher()(url, going))).toBe('no-web-address'),
);

describe('a page that is not as it should be is refused', () => {
  test.each<[string, typeof answer, object]>([
    ['too-many-redirects', (_, response) => response.writeHead(302, { location: '/again' }).end(), {}],
    ['refused', (_, response) => response.writeHead(404).end(), {}],
    ['unreadable', (_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end('x'), {}],
    ['unreadable', (_, response) => response.writeHead(200).end('x'), {}],
    [
      'too-large',
      (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(2000)),
      { maxBytes: 1000 },
    ],
    ['timeout', () => {}, { totalMs: 100 }],
    ['unreachable', (request) => request.socket.destroy(), {}],
  ])('%s', async (reason, answers, limits) => {
    answer = answers;
    expect(await reasonOf(allowed(limits)(`http://${host}/`, going))).toBe(reason);
  });
});
