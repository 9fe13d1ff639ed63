import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPageFetcher } from './fetch-page.ts';
import { politely } from './polite-fetcher.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const page: Answer = (_, response) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hi</p>');
const status =
  (code: number, headers = {}): Answer =>
  (_, response) =>
    response.writeHead(code, headers).end();

let robots: Answer;
let answer: Answer;
let asked: string[] = [];
let atOnce = 0;
let mostAtOnce = 0;
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  mostAtOnce = Math.max(mostAtOnce, ++atOnce);
  response.on('close', () => atOnce--);
  (request.url === '/robots.txt' ? robots : answer)(request, response);
});
let port: number;
const going = new AbortController().signal;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
beforeEach(() => {
  asked = [];
  mostAtOnce = 0;
  robots = status(404);
  answer = page;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Two names of the same server: two hosts, for whoever fetches. */
const at = (path: string, host = '127.0.0.1') => `http://${host}:${port}${path}`;
const guest = () => politely(createPageFetcher(new Set(['127.0.0.1', 'localhost'])), { pauseMs: 1 });
const forbids: Answer = (_, response) =>
  response.writeHead(200, { 'content-type': 'text/plain' }).end('User-agent: *\nDisallow: /private');
const reasonOf = (fetching: Promise<unknown>): Promise<string> =>
  fetching.then(
    () => 'fetched',
    (error: { reason?: string }) => error.reason ?? String(error),
  );

describe('robots.txt', () => {
  test('is asked for once, and what it forbids is not fetched', async () => {
    robots = forbids;
    const fetch = guest();
    expect(await reasonOf(fetch(at('/private/a'), going))).toBe('robots');
    expect(await reasonOf(fetch(at('/b'), going))).toBe('fetched');
    expect(asked).toEqual(['/robots.txt', '/b']);
  });

  test.each([
    ['of the same host', '127.0.0.1'],
    ['of another', 'localhost'],
  ])('is heeded where a redirect leads, %s', async (_, host) => {
    robots = forbids;
    answer = status(302, { location: at('/private', host) });
    expect(await reasonOf(guest()(at('/'), going))).toBe('robots');
    expect(asked).not.toContain('/private');
  });

  test.each([
    ['that is not there forbids nothing', status(404), 'fetched'],
    ['that nobody may read forbids nothing', status(403), 'fetched'],
    ['that cannot be had forbids everything', status(500), 'robots'],
    [
      'of a server that breaks off forbids everything',
      (request: IncomingMessage) => request.socket.destroy(),
      'robots',
    ],
  ])('%s', async (_, answers, reason) => {
    robots = answers as Answer;
    expect(await reasonOf(guest()(at('/'), going))).toBe(reason);
  });
});

test('a host is asked for one page at a time', async () => {
  const fetch = guest();
  await Promise.all(['/1', '/2', '/3', '/4'].map((path) => fetch(at(path), going)));
  expect(asked).toEqual(['/robots.txt', '/1', '/2', '/3', '/4']);
  expect(mostAtOnce).toBe(1);
});

test.each([
  ['seconds', () => '120'],
  ['a date', () => new Date(Date.now() + 120_000).toUTCString()],
])('a host that asks to be left alone, by %s, is', async (_, retryAfter) => {
  answer = status(429, { 'retry-after': retryAfter() });
  const fetch = guest();
  expect(await reasonOf(fetch(at('/a'), going))).toBe('refused');
  answer = page;
  expect(await reasonOf(fetch(at('/b'), going))).toBe('busy');
  expect(asked).toEqual(['/robots.txt', '/a']);
  // Another host is another matter.
  expect(await reasonOf(fetch(at('/b', 'localhost'), going))).toBe('fetched');
});

test('what is no address is refused as such', async () => {
  for (const url of ['file:///etc/passwd', 'no address', 'javascript:alert(1)']) {
    expect(await reasonOf(guest()(url, going))).toBe('no-web-address');
  }
});
