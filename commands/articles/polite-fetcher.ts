import { setTimeout as sleep } from 'node:timers/promises';
import type { PageFetcher } from './fetch-page.ts';
import { KeptRobots } from './kept-robots.ts';
import { RefusedPage } from './refused-page.ts';
import type { Hop } from './request-page.ts';
import { isAllowedBy, type RobotsRule, robotsRules } from './robots.ts';

/** Between the end of one request to a host and the next, milliseconds. */
const pauseMs = 1000;
/** Bytes of a robots.txt that are read: as many as RFC 9309, 2.5 asks for at the least. */
const longestRobots = 500 * 1024;
/** Longest time a host is left alone because it asked for it, milliseconds. */
const longestBackOffMs = 3_600_000;
/** Sites remembered at a time; the first seen is forgotten first. */
const mostSites = 500;

type Site = {
  /** Ends when nobody fetches from it any more; the next waits for it. */
  turn: Promise<unknown>;
  /** Milliseconds since the epoch before which it is not asked, because it said so. */
  notBefore: number;
};

/**
 * Fetches as a good guest does: what a site's robots.txt forbids is not fetched (RFC 9309); one page at a time from a
 * host, with a pause; and a host that asks to be left alone (429 or 503 with `Retry-After`, RFC 9110) is, for as long as
 * it says. A host that a redirect leads to is a host like any other.
 */
export function politely(fetchPage: PageFetcher, options: { pauseMs?: number } = {}): PageFetcher {
  const pause = options.pauseMs ?? pauseMs;
  const sites = new Map<string, Site>();
  const robots = new KeptRobots();

  return async (url, signal) =>
    fetchPage(url, signal, {
      around: (hop, ask) =>
        // Each turn ends before the next hop's begins: two that redirect to each other never wait for each other.
        inTurn(siteOf(hop.url.origin), signal, (site) =>
          heeding(site, async () => {
            await ensureAllowed(hop, signal);
            return ask();
          }),
        ),
    });

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

  async function inTurn<T>(site: Site, signal: AbortSignal, fetch: (site: Site) => Promise<T>): Promise<T> {
    const fetched = site.turn.then(() => {
      signal.throwIfAborted();
      return fetch(site);
    });
    site.turn = fetched.then(
      () => sleep(pause, undefined, { ref: false }),
      () => sleep(pause, undefined, { ref: false }),
    );
    return fetched;
  }

  /** Remembers how long a site wants to be left alone, and leaves it alone. */
  async function heeding<T>(site: Site, fetch: () => Promise<T>): Promise<T> {
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
  async function ensureAllowed(hop: Hop, signal: AbortSignal): Promise<void> {
    const { origin, pathname, search } = hop.url;
    const known = robots.of(origin);
    const rules = known ?? (await rulesAt(hop, signal));
    if (!known) robots.keep(origin, rules);
    if (!isAllowedBy(rules, pathname + search)) {
      throw new RefusedPage('robots', 'Its site asks programs not to fetch it (robots.txt).');
    }
  }

  /** RFC 9309, 2.3.1: a site that has none forbids nothing; one that cannot be asked forbids everything. */
  async function rulesAt({ url, isNamed }: Hop, signal: AbortSignal): Promise<RobotsRule[]> {
    try {
      const address = new URL('/robots.txt', url).href;
      const { bytes } = await fetchPage(address, signal, { isNamed, cutAfter: longestRobots });
      const text = new TextDecoder().decode(bytes);
      // Half a line may say more than the whole does.
      const end = bytes.length < longestRobots ? text.length : text.lastIndexOf('\n') + 1;
      return robotsRules(text.slice(0, end), 'casefold');
    } catch (error) {
      if (!(error instanceof RefusedPage)) throw error;
      const { reason, status = 0, retryAfterMs } = error;
      if (reason === 'private-address' || reason === 'unusual-port') throw error;
      const hasNone = status >= 400 && status < 500 && status !== 429;
      if (hasNone || reason === 'unreadable' || reason === 'too-many-redirects') return [];
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
