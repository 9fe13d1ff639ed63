import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
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
const serve: Answer = (request, response) => {
  asked.push(request.url ?? '');
  mostAtOnce = Math.max(mostAtOnce, ++atOnce);
  response.on('close', () => atOnce--);
  (request.url === '/robots.txt' ? robots : answer)(request, response);
};
/** Two origins of one host, so that one may lead to the other. */
const servers = [createServer(serve), createServer(serve)] as const;
let port: number;
let otherPort: number;
const going = new AbortController().signal;

beforeAll(async () => {
  [port, otherPort] = await Promise.all([listen(servers[0]), listen(servers[1])]);
});
beforeEach(() => {
  asked = [];
  mostAtOnce = 0;
  robots = status(404);
  answer = page;
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Two names of the same server: two hosts, for whoever fetches. */
const at = (path: string, host = '127.0.0.1') => `http://${host}:${port}${path}`;
const elsewhere = (path: string) => `http://127.0.0.1:${otherPort}${path}`;
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
    ['of the same site', () => at('/private')],
    ['of another', () => elsewhere('/private')],
  ])('is heeded where a redirect leads, %s', async (_, location) => {
    robots = forbids;
    answer = status(302, { location: location() });
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

describe('a very long robots.txt', () => {
  const long = (lines: string, last: string): Answer => {
    const text = `User-agent: *\n${lines}`;
    const filler = `# ${'x'.repeat(500 * 1024 - text.length - 3)}\n`;
    return (_, response) =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end(text + filler + last);
  };

  test('counts as far as it is read', async () => {
    robots = long('Disallow: /private\n', `Disallow: /\n${'# more\n'.repeat(1_000_000)}`);
    const fetch = guest();
    expect(await reasonOf(fetch(at('/private'), going))).toBe('robots');
    expect(await reasonOf(fetch(at('/a'), going))).toBe('fetched');
    expect(asked).toEqual(['/robots.txt', '/a']);
  });

  test('forbids nothing by half a line', async () => {
    // It is cut behind the slash.
    robots = (_, response) => {
      const begin = 'User-agent: *\n';
      const end = '\nDisallow: /private\n';
      const cut = '\nDisallow: /'.length;
      const filler = `#${'x'.repeat(500 * 1024 - begin.length - cut - 1)}`;
      response.writeHead(200, { 'content-type': 'text/plain' }).end(begin + filler + end);
    };
    expect(await reasonOf(guest()(at('/a'), going))).toBe('fetched');
  });
});

describe('a site that a redirect leads to', () => {
  test('is asked for one page at a time like any other', async () => {
    const atOtherSite: string[] = [];
    let now = 0;
    let most = 0;
    answer = (request, response) => {
      if (request.socket.localPort === port) {
        return response.writeHead(302, { location: elsewhere(request.url ?? '') }).end();
      }
      atOtherSite.push(request.url ?? '');
      most = Math.max(most, ++now);
      response.on('close', () => now--);
      // A page takes its time, as pages do: long enough for whoever does not wait.
      setTimeout(() => page(request, response), 20);
    };
    const fetch = guest();
    // Half of them by a redirect, half straight.
    const paths = ['/1', '/2', '/3', '/4', '/5', '/6'];
    const starts = paths.map((path, index) => (index % 2 ? at(path) : elsewhere(path)));
    await Promise.all(starts.map((url) => fetch(url, going)));
    expect(atOtherSite.toSorted()).toEqual(paths);
    expect(most).toBe(1);
  });

  test('is left alone if it asks for it, and the one that led to it is not', async () => {
    answer = (request, response) =>
      request.url === '/away'
        ? response.writeHead(302, { location: elsewhere('/b') }).end()
        : status(429, { 'retry-after': '120' })(request, response);
    const fetch = guest();
    expect(await reasonOf(fetch(at('/away'), going))).toBe('refused');
    answer = page;
    expect(await reasonOf(fetch(elsewhere('/c'), going))).toBe('busy');
    expect(await reasonOf(fetch(at('/c'), going))).toBe('fetched');
  });

  test('may lead back: neither waits for the other', async () => {
    answer = (request, response) =>
      response
        .writeHead(302, { location: request.socket.localPort === port ? elsewhere('/') : at('/') })
        .end();
    const fetch = guest();
    const both = [fetch(at('/'), going), fetch(elsewhere('/'), going)];
    expect(await Promise.all(both.map(reasonOf))).toEqual(['too-many-redirects', 'too-many-redirects']);
  });

  test('inside the own network is not even asked for its robots.txt', async () => {
    answer = status(302, { location: at('/secret', 'localhost') });
    expect(await reasonOf(guest()(at('/'), going))).toBe('private-address');
    expect(asked).toEqual(['/robots.txt', '/']);
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
