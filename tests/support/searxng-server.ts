import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Page = { readonly type?: string; readonly body: string };

/** A SearXNG server, and a small web beside it that its results lead to. */
export async function startSearxng() {
  const pages = new Map<string, Page>();
  const asked: string[] = [];
  let results: readonly { url: string; title?: string }[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    asked.push(request.url ?? '');
    if (pathname === '/search') {
      const isJson = searchParams.get('format') === 'json';
      response.writeHead(isJson ? status : 403, { 'content-type': 'application/json' });
      return response.end(JSON.stringify({ query: searchParams.get('q'), results }));
    }
    const page = pages.get(pathname);
    if (!page) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': page.type ?? 'text/html; charset=utf-8' }).end(page.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}`,
    /** Every path that was asked for, in order. */
    asked,
    /** What it finds, whatever is asked. */
    finds(found: readonly { url: string; title?: string }[]) {
      results = found;
    },
    answersWith(code: number) {
      status = code;
    },
    serves(path: string, page: Page) {
      pages.set(path, page);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
