import { setTimeout as sleep } from 'node:timers/promises';
import type { FetchedPage, PageFetcher } from './fetch-page.ts';
import { RefusedPage } from './refused-page.ts';
import { isAllowedByRobots } from './robots.ts';

/** Between the end of one request to a host and the next, milliseconds. */
const pauseMs = 1000;
/** RFC 9309, 2.4: a robots.txt is not to be kept for longer than a day. */
const robotsKeptMs = 3_600_000;
/** Longest time a host is left alone because it asked for it, milliseconds. */
const longestBackOffMs = 3_600_000;
/** Sites remembered at a time; the first seen is forgotten first. */
const mostSites = 500;

type Site = {
  /** Ends when nobody fetches from it any more; the next waits for it. */
  turn: Promise<unknown>;
  /** Milliseconds since the epoch before which it is not asked, because it said so. */
  notBefore: number;
  robots?: { readonly text: string; readonly until: number };
};

/**
 * Fetches as a good guest does: what a site's robots.txt forbids is not fetched, wherever a redirect leads (RFC 9309);
 * one page at a time from a host, with a pause; and a host that asks to be left alone (429 or 503 with `Retry-After`,
 * RFC 9110) is, for as long as it says.
 */
export function politely(fetchPage: PageFetcher, options: { pauseMs?: number } = {}): PageFetcher {
  const pause = options.pauseMs ?? pauseMs;
  const sites = new Map<string, Site>();

  return async (url, signal) => {
    // An address without a host is refused by the fetcher, in its own words.
    const origin = URL.canParse(url) ? new URL(url).origin : 'null';
    if (origin === 'null') return fetchPage(url, signal);
    return inTurn(siteOf(origin), signal, () =>
      heeding(origin, () => fetchPage(url, signal, (hop, within) => ensureAllowed(hop, within))),
    );
  };

  function siteOf(origin: string): Site {
    let site = sites.get(origin);
    if (!site) {
      site = { turn: Promise.resolve(), notBefore: 0 };
      sites.set(origin, site);
      const [oldest] = sites.keys();
      if (sites.size > mostSites && oldest !== undefined) sites.delete(oldest);
    }
    return site;
  }

  async function inTurn<T>(site: Site, signal: AbortSignal, fetch: () => Promise<T>): Promise<T> {
    const fetched = site.turn.then(() => {
      signal.throwIfAborted();
      return fetch();
    });
    site.turn = fetched.then(
      () => sleep(pause, undefined, { ref: false }),
      () => sleep(pause, undefined, { ref: false }),
    );
    return fetched;
  }

  /** Remembers how long a site wants to be left alone, and leaves it alone. */
  async function heeding(origin: string, fetch: () => Promise<FetchedPage>): Promise<FetchedPage> {
    const site = siteOf(origin);
    if (Date.now() < site.notBefore) {
      throw new RefusedPage('busy', 'Its server asked to be left alone for a while.');
    }
    try {
      return await fetch();
    } catch (error) {
      if (error instanceof RefusedPage && error.retryAfterMs !== undefined) {
        site.notBefore = Date.now() + Math.min(error.retryAfterMs, longestBackOffMs);
      }
      throw error;
    }
  }

  /** @throws {RefusedPage} if the site asks programs not to fetch the page, or does not say */
  async function ensureAllowed(url: URL, signal: AbortSignal): Promise<void> {
    const site = siteOf(url.origin);
    if (!site.robots || site.robots.until < Date.now()) {
      site.robots = { text: await robotsOf(url, signal), until: Date.now() + robotsKeptMs };
    }
    if (!isAllowedByRobots(site.robots.text, 'casefold', url.pathname + url.search)) {
      throw new RefusedPage('robots', 'Its site asks programs not to fetch it (robots.txt).');
    }
  }

  /** RFC 9309, 2.3.1: a site that has none forbids nothing; one that cannot be asked forbids everything. */
  async function robotsOf(url: URL, signal: AbortSignal): Promise<string> {
    try {
      const { bytes } = await fetchPage(new URL('/robots.txt', url).href, signal);
      return new TextDecoder().decode(bytes);
    } catch (error) {
      if (!(error instanceof RefusedPage)) throw error;
      const { reason, status = 0, retryAfterMs } = error;
      if (reason === 'private-address' || reason === 'unusual-port') throw error;
      const hasNone = status >= 400 && status < 500 && status !== 429;
      if (hasNone || reason === 'unreadable' || reason === 'too-many-redirects') return '';
      throw new RefusedPage(
        'robots',
        `Whether its site lets programs fetch it is not known: ${error.message}`,
        {
          ...(retryAfterMs !== undefined && { retryAfterMs }),
        },
      );
    }
  }
}
