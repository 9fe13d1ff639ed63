import type { Handle, HandleFetch, HandleServerError } from '@sveltejs/kit/hooks';
import { describeError } from '#lib/api/problem.ts';
import { CASEFOLD_API_URL } from '$app/env/private';

/** Lets the answers that a page was rendered from travel with it, with the headers the client reads. */
export const handle: Handle = ({ event, resolve }) =>
  resolve(event, {
    filterSerializedResponseHeaders: (name) => name === 'content-type' || name === 'retry-after',
  });

/** Sends `/api` requests made while rendering to the API, which listens outside Kit, as the person who asked. */
export const handleFetch: HandleFetch = ({ event, request, fetch }) => {
  const url = new URL(request.url);
  if (url.origin !== event.url.origin || !url.pathname.startsWith('/api/')) return fetch(request);
  const target = new Request(new URL(url.pathname + url.search, apiOrigin(event)), request);
  const cookie = event.request.headers.get('cookie');
  if (cookie) target.headers.set('cookie', cookie);
  return fetch(target);
};

/** The adapter takes every request for https, so the own origin is told by the socket it came in on. */
function apiOrigin({ url, platform }: { url: URL; platform: Readonly<App.Platform> | undefined }): string {
  if (CASEFOLD_API_URL) return CASEFOLD_API_URL;
  const port = platform?.req?.socket.localPort;
  return port ? `http://127.0.0.1:${port}` : url.origin;
}

export const handleError: HandleServerError = ({ kind, error }) => {
  if (kind !== 'unknown') return;
  const described = describeError(error);
  if (described.status === 500) console.error(error);
  return described;
};
