import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { searchWeb } from './searxng.ts';

let answer: (response: ServerResponse) => void;
const server = createServer((_, response) => answer(response.setHeader('content-type', 'application/json')));
let url: string;
const search = () => searchWeb(url, 'mill leases', new AbortController().signal);

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('results come with their titles, or their addresses in the place of them', async () => {
  const results = [{ url: 'https://a.example/', title: 'Mühle' }, { url: 'https://b.example/' }];
  answer = (response) => response.end(JSON.stringify({ results }));
  expect(await search()).toEqual([results[0], { url: 'https://b.example/', title: 'https://b.example/' }]);
});

test('an answer without end is not read to its end, and the error says so', async () => {
  let closed: Promise<unknown> | undefined;
  answer = (response) => {
    closed = once(response, 'close');
    const endless = function* () {
      yield '{"results":[';
      for (;;) yield `${JSON.stringify({ url: 'https://a.example/', title: 'x'.repeat(60_000) })},`;
    };
    Readable.from(endless()).pipe(response);
  };
  await expect(search()).rejects.toMatchObject({
    name: 'StageFailure',
    reason: 'search-provider',
    message: expect.stringMatching(/more than 4 MiB.*SEARXNG_URL/),
  });
  await closed;
});

test('an answer that breaks off is that of a provider that is away', async () => {
  answer = (response) => {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('{"results":', () => response.destroy());
  };
  await expect(search()).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
});

test('what is no JSON of its shape is set up wrongly', async () => {
  for (const body of ['<html></html>', '{"results": 1}', '']) {
    answer = (response) => response.end(body);
    await expect(search()).rejects.toMatchObject({ name: 'StageFailure', reason: 'search-provider' });
  }
});
