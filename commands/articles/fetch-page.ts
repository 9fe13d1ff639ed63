import { RefusedPage } from './refused-page.ts';
import { type Answer, type FetchedPage, type Hop, type PageLimits, requestPage } from './request-page.ts';

export const pageLimits: PageLimits = { maxBytes: 5 * 1024 * 1024, totalMs: 20_000, maxRedirects: 4 };

export type FetchOptions = {
  /** Asks for each address in the caller's way: what it throws ends the fetch, and its waiting takes no page's time. */
  readonly around?: <T>(hop: Hop, ask: () => Promise<T>) => Promise<T>;
  /** Left out, true: somebody has named the host, which no page's redirect has led to. */
  readonly isNamed?: boolean;
  /** Bytes to read: a longer page is cut there. Left out, a page that is too large is refused. */
  readonly cutAfter?: number;
};

/** @throws {RefusedPage} if there is no page to be had */
export type PageFetcher = (url: string, signal: AbortSignal, options?: FetchOptions) => Promise<FetchedPage>;

/**
 * Fetches single pages, and nothing inside the own network: each address is looked at when the connection is made, so
 * that neither a redirect nor a name that changes what it stands for leads inside.
 *
 * @param allowedHosts hosts (`name` or `name:port`) of the own network that may be fetched from all the same, where they
 *   are named: a page elsewhere cannot send anybody there
 */
export function createPageFetcher(
  allowedHosts: ReadonlySet<string> = new Set(),
  limits: PageLimits = pageLimits,
): PageFetcher {
  return async (start, signal, { around, isNamed = true, cutAfter } = {}) => {
    let leftMs = limits.totalMs;
    const ask = async (hop: Hop): Promise<Answer> => {
      const begun = performance.now();
      const within = AbortSignal.any([signal, AbortSignal.timeout(Math.max(0, Math.ceil(leftMs)))]);
      try {
        return await requestPage(hop, { allowedHosts, limits, cutAfter, signal: within });
      } catch (error) {
        signal.throwIfAborted();
        if (within.aborted)
          throw new RefusedPage('timeout', `It did not come within ${limits.totalMs / 1000} s.`);
        if (error instanceof RefusedPage) throw error;
        throw new RefusedPage('unreachable', `It cannot be reached: ${(error as Error).message}`);
      } finally {
        leftMs -= performance.now() - begun;
      }
    };
    let hop: Hop = { url: checked(start), isNamed };
    for (let redirects = 0; redirects <= limits.maxRedirects; redirects++) {
      const asked = hop;
      const { redirect, page } = await (around ? around(asked, () => ask(asked)) : ask(asked));
      if (page) return page;
      const url = checked(redirect, asked.url);
      hop = { url, isNamed: asked.isNamed && url.hostname === asked.url.hostname };
    }
    throw new RefusedPage('too-many-redirects', `It redirects more than ${limits.maxRedirects} times.`);
  };
}

/** @throws {RefusedPage} for what is no plain web address */
function checked(address: string, base?: URL): URL {
  const url = URL.parse(address, base?.href);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new RefusedPage('no-web-address', 'Only http and https addresses are fetched.');
  }
  if (url.username || url.password) {
    throw new RefusedPage('no-web-address', 'Addresses with a name and password in them are not fetched.');
  }
  return url;
}
