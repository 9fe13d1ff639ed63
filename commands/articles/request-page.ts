import { type LookupAddress, lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';
import { RefusedPage } from './refused-page.ts';

export type PageLimits = {
  readonly maxBytes: number;
  /** Longest time for one page with all its redirects, milliseconds. */
  readonly totalMs: number;
  readonly maxRedirects: number;
};

export type FetchedPage = {
  /** Where it was in the end. */
  readonly url: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
};

/** An address that is asked for: the first, or one that a redirect leads to. */
export type Hop = {
  readonly url: URL;
  /** Whether it is of the host that the first address names, and nothing but that host has led to it. */
  readonly isNamed: boolean;
};

/** A page, or where to ask instead. */
export type Answer = { redirect: string; page?: undefined } | { redirect?: undefined; page: FetchedPage };

export type Asking = {
  readonly allowedHosts: ReadonlySet<string>;
  readonly limits: PageLimits;
  /** Bytes to read of a longer page. */
  readonly cutAfter: number | undefined;
  readonly signal: AbortSignal;
};

const userAgent = 'Casefold/0.1 (reads single pages for a person who asked a question)';

/**
 * Asks for one address, once.
 *
 * @throws {RefusedPage} for an address inside the own network, and for what is no page
 * @throws {Error} if nobody answers
 */
export async function requestPage({ url, isNamed }: Hop, asking: Asking): Promise<Answer> {
  const { allowedHosts, signal } = asking;
  const isAllowed = isNamed && (allowedHosts.has(url.host) || allowedHosts.has(url.hostname));
  const refusalOf = (addresses: readonly string[]): RefusedPage | undefined => {
    if (isAllowed) return undefined;
    if (!addresses.every(isPublicAddress))
      return new RefusedPage('private-address', 'It leads to an address of a private network.');
    return webPorts.has(url.port)
      ? undefined
      : new RefusedPage('unusual-port', 'It is at a port that is not the web’s.');
  };
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // An address in the place of a name is connected to without a lookup.
  const refusal = isIP(host) ? refusalOf([host]) : undefined;
  if (refusal) throw refusal;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = (url.protocol === 'https:' ? https : http).get(
    url,
    {
      signal,
      agent: false,
      lookup: guardedLookup(refusalOf),
      headers: {
        'user-agent': userAgent,
        accept: 'text/html, application/xhtml+xml, text/plain, application/pdf;q=0.8',
        'accept-encoding': 'identity',
      },
    },
    (response) => {
      read(url, response, asking).then(resolve, (error: unknown) => {
        response.destroy();
        reject(error);
      });
    },
  );
  sent.on('error', reject);
  return promise;
}

/** Where public pages are; a server of something else, that a request could do harm to, is seldom there. */
const webPorts: ReadonlySet<string> = new Set(['', '80', '443', '8080', '8443']);

/** Every address that a name stands for must be fine: the one that is connected to is one of them. */
const guardedLookup =
  (refusalOf: (addresses: readonly string[]) => RefusedPage | undefined): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new Error(`${hostname} has no address.`), '', 0);
      const refusal = refusalOf(addresses.map(({ address }) => address));
      if (refusal) return callback(refusal, '', 0);
      if (options.all) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };

const readable = /^(?:text\/(?:html|plain|markdown)|application\/(?:xhtml\+xml|pdf))$/;

async function read(url: URL, response: http.IncomingMessage, { limits, cutAfter }: Asking): Promise<Answer> {
  const { statusCode = 0, headers } = response;
  if (statusCode >= 300 && statusCode < 400 && headers.location) {
    response.destroy();
    return { redirect: headers.location };
  }
  if (statusCode !== 200) {
    const retryAfterMs = retryAfterOf(headers['retry-after']);
    throw new RefusedPage('refused', `The server answered ${statusCode}.`, {
      status: statusCode,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
  // None was asked for: what a few bytes may unpack to is for nobody to find out.
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw new RefusedPage('unreadable', `It comes packed (${encoding}), which is not read.`);
  const mediaType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!readable.test(mediaType)) {
    throw new RefusedPage('unreadable', `It is ${mediaType || 'of no known type'}, which is not read.`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (cutAfter !== undefined && size > cutAfter) {
      chunks.push(chunk.subarray(0, chunk.length - (size - cutAfter)));
      break;
    }
    if (size > limits.maxBytes) {
      throw new RefusedPage('too-large', `It is larger than ${limits.maxBytes / 1024 / 1024} MiB.`);
    }
    chunks.push(chunk);
  }
  return { page: { url: url.href, mediaType, bytes: Buffer.concat(chunks) } };
}

/** Seconds or a date (RFC 9110, 10.2.3), as milliseconds from now. */
function retryAfterOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
