import type { Context } from 'hono';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request does more than look: it changes something, or opens a socket, which no browser guards by itself. */
export const wantsOwnPage = (c: Context): boolean =>
  !safeMethods.has(c.req.method) || c.req.header('upgrade') !== undefined;

/**
 * Whether a request comes from Casefold's own pages, or from no page at all. A browser says which site sends a request
 * in `Sec-Fetch-Site` (W3C Fetch Metadata), on https and localhost only; elsewhere `Origin` (RFC 6454) has to be where
 * people reach Casefold. A program that sends neither is not a browser that another site could make do it.
 *
 * @param origin where people reach Casefold, if that was set; otherwise the request's own `Host` tells
 */
export function comesFromOwnPage(c: Context, origin: string | undefined): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const from = c.req.header('origin');
  if (from === undefined || from === origin) return true;
  return URL.canParse(from) && new URL(from).host !== '' && new URL(from).host === c.req.header('host');
}
