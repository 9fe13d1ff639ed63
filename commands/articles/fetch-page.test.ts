import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
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
    for (const location of [
      'http://[::1]:9/secret',
      'http://169.254.169.254/latest/meta-data/',
      `//localhost:${host.split(':')[1]}/`,
    ]) {
      answer = (_, response) => response.writeHead(302, { location }).end();
      expect(await reasonOf(allowed()(`http://${host}/`, going))).toBe('private-address');
    }
    expect(asked).toEqual(['/', '/', '/']);
  });
});

describe('a host of the own network that may be fetched from', () => {
  const other = () => `localhost:${host.split(':')[1]}`;
  const both = () => createPageFetcher(new Set([host, other()]));

  test('may lead elsewhere on itself', async () => {
    answer = (request, response) =>
      request.url === '/'
        ? response.writeHead(302, { location: '/start' }).end()
        : response.writeHead(200, { 'content-type': 'text/plain' }).end('Hello');
    expect(await both()(`http://${host}/`, going)).toMatchObject({ url: `http://${host}/start` });
  });

  test('is not fetched from where the redirect of another leads to it', async () => {
    answer = (_, response) => response.writeHead(302, { location: `http://${other()}/secret` }).end();
    expect(await reasonOf(both()(`http://${host}/`, going))).toBe('private-address');
    expect(asked).toEqual(['/']);
  });

  test('is not fetched from where somebody says that a redirect led to it', async () => {
    expect(await reasonOf(both()(`http://${host}/robots.txt`, going, { isNamed: false }))).toBe(
      'private-address',
    );
    expect(asked).toEqual([]);
  });
});

test('a page is cut where it is asked to be, however long it is', async () => {
  answer = (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('0123456789');
  const read = async (cutAfter: number) =>
    Buffer.from((await allowed()(`http://${host}/`, going, { cutAfter })).bytes).toString();
  expect(await read(4)).toBe('0123');
  expect(await read(10)).toBe('0123456789');
  expect(await read(11)).toBe('0123456789');
});

test.each([
  'file:///etc/passwd',
  'javascript:alert(1)',
  'http://a:b@example.org/',
  'http://[',
  'data:text/html,x',
])('a redirect to %s is refused', async (location) => {
  answer = (_, response) => response.writeHead(302, { location }).end();
  expect(await reasonOf(allowed()(`http://${host}/`, going))).toBe('no-web-address');
});

test.each(['http://1.1.1.1:22/', 'http://1.1.1.1:6379/', 'https://[2606:4700::1111]:25/'])(
  '%s is at no port of the web',
  async (url) => expect(await reasonOf(createPageFetcher()(url, going))).toBe('unusual-port'),
);

test('whatever an address says, it is a page or is refused, and nothing inside is asked', async () => {
  const inside = fc.constantFrom(
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '2130706433',
    '[::ffff:127.0.0.1]',
    '[::1]',
    '0',
    '①②⑦.0.0.1',
  );
  const scheme = fc.constantFrom(
    'http://',
    'https://',
    'HTTP:',
    'http:\\\\',
    ' http://',
    'http://x@',
    '//',
    'ftp://',
  );
  const hostile = fc.tuple(scheme, inside, fc.constantFrom('', ':80', `:${host.split(':')[1]}`), fc.string());
  await fc.assert(
    fc.asyncProperty(hostile, async ([before, address, port, path]) => {
      const reason = await reasonOf(createPageFetcher()(`${before}${address}${port}/${path}`, going));
      expect(['private-address', 'no-web-address']).toContain(reason);
    }),
  );
  expect(asked).toEqual([]);
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
    [
      'unreadable',
      (_, response) =>
        response
          .writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' })
          .end(gzipSync('x'.repeat(100_000))),
      {},
    ],
    [
      'too-large',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/plain' });
        // Endless: it ends when whoever reads it hangs up.
        Readable.from(
          (function* () {
            for (;;) yield 'x'.repeat(500);
          })(),
        ).pipe(response);
      },
      { maxBytes: 10_000 },
    ],
    [
      'timeout',
      (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).write('x'),
      { totalMs: 100 },
    ],
    ['timeout', () => {}, { totalMs: 100 }],
    ['unreachable', (request) => request.socket.destroy(), {}],
  ])('%s', async (reason, answers, limits) => {
    answer = answers;
    expect(await reasonOf(allowed(limits)(`http://${host}/`, going))).toBe(reason);
  });
});
