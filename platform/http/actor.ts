import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { Actor } from '#domain/event';
import { Problem } from './problem.ts';

/** What the middleware establishes for every request behind it. */
export type ActorEnv = { Variables: { actor: Actor } };

export type Credentials = {
  /** The owner's bearer token. */
  readonly ownerToken: string;
  /** Key that signs session cookies. */
  readonly sessionKey: string;
};

export const owner: Actor = { kind: 'person', id: 'owner' };

const cookieName = 'casefold_session';
const sessionDays = 30;
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Compares in constant time, whatever the lengths. */
const sameSecret = (given: string, expected: string) =>
  timingSafeEqual(
    createHash('sha256').update(given).digest(),
    createHash('sha256').update(expected).digest(),
  );

/**
 * Establishes who acts: by `Authorization: Bearer`, or by the session cookie. Everything behind it has an actor; without
 * one the request is refused with 401. A write with the cookie must come from the same origin, so that no other site can
 * make a browser send it.
 *
 * @param onRefused told of each refusal, for the record
 */
export function establishActor(
  credentials: Credentials,
  onRefused: (method: string, path: string) => void = () => {},
): MiddlewareHandler<ActorEnv> {
  return async (c, next) => {
    const refuse = (title: string, detail: string, status: 401 | 403 = 401): never => {
      onRefused(c.req.method, c.req.path);
      throw new Problem(status, status === 401 ? 'unauthenticated' : 'cross-site', title, {
        detail,
        headers: status === 401 ? { 'www-authenticate': 'Bearer realm="casefold"' } : {},
      });
    };
    const authorization = c.req.header('authorization');
    if (authorization) {
      const token = /^Bearer (\S+)$/i.exec(authorization)?.[1];
      if (!token || !sameSecret(token, credentials.ownerToken)) {
        refuse(
          'This token is not valid',
          'Send the token in <data>/owner-token as "Authorization: Bearer …".',
        );
      }
    } else {
      const userId = await getSignedCookie(c, credentials.sessionKey, cookieName);
      if (userId !== owner.id) {
        refuse(
          'You are not signed in',
          'Open the sign-in link that Casefold printed at its start, or make a new one with "npm run casefold -- link".',
        );
      }
      const site = c.req.header('sec-fetch-site');
      if (!safeMethods.has(c.req.method) && site && site !== 'same-origin' && site !== 'none') {
        refuse('This request came from another site', 'Casefold takes changes only from its own pages.', 403);
      }
    }
    c.set('actor', owner);
    await next();
  };
}

export const startSession: (credentials: Credentials) => MiddlewareHandler =
  (credentials) => async (c, next) => {
    await setSignedCookie(c, cookieName, owner.id, credentials.sessionKey, {
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      maxAge: sessionDays * 24 * 3600,
      secure: new URL(c.req.url).protocol === 'https:',
    });
    await next();
  };

export const endSession: MiddlewareHandler = async (c, next) => {
  deleteCookie(c, cookieName, { path: '/' });
  await next();
};
