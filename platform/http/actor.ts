import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { Actor } from '#domain/event';
import type { CommandContext } from '#platform/handle-command';
import { comesFromOwnPage, wantsOwnPage } from './own-page.ts';
import { Problem } from './problem.ts';
import type { Sessions } from './session.ts';

/** What the middleware establishes for every request behind it; a command's context only once it was asked for. */
export type ActorEnv = { Variables: { actor: Actor; command?: CommandContext } };

export type ActorSettings = {
  /** The owner's bearer token. */
  readonly ownerToken: string;
  readonly sessions: Sessions;
  /** Where people reach Casefold, if that was set. */
  readonly origin: string | undefined;
};

export const owner: Actor = { kind: 'person', id: 'owner' };

/** Compares in constant time, whatever the lengths. */
const sameSecret = (given: string, expected: string) =>
  timingSafeEqual(
    createHash('sha256').update(given).digest(),
    createHash('sha256').update(expected).digest(),
  );

const unauthenticated = (title: string, detail: string) =>
  new Problem(401, 'unauthenticated', title, {
    detail,
    headers: { 'www-authenticate': 'Bearer realm="casefold"' },
  });

/** @throws {Problem} 403 if a page of another site or port made the browser send this */
export function requireOwnPage(c: Context, origin: string | undefined): void {
  if (wantsOwnPage(c) && !comesFromOwnPage(c, origin)) {
    throw new Problem(403, 'cross-site', 'This request came from another site', {
      detail:
        'Casefold takes changes only from its own pages. Behind a proxy, set CASEFOLD_ORIGIN to the address people use.',
    });
  }
}

/**
 * Establishes who acts: by `Authorization: Bearer`, or by the session cookie. Everything behind it has an actor; without
 * one the request is refused with 401. A write or a socket with the cookie must come from Casefold's own pages, so that
 * no other site can make a browser send it; a bearer token no browser sends by itself.
 *
 * @param onRefused told of each refusal, for the record
 */
export function establishActor(
  { ownerToken, sessions, origin }: ActorSettings,
  onRefused: (method: string, path: string) => void = () => {},
): MiddlewareHandler<ActorEnv> {
  async function authenticate(c: Context): Promise<void> {
    const authorization = c.req.header('authorization');
    if (authorization) {
      const token = /^Bearer (\S+)$/i.exec(authorization)?.[1];
      if (token && sameSecret(token, ownerToken)) return;
      throw unauthenticated(
        'This token is not valid',
        'Send the token in <data>/owner-token as "Authorization: Bearer …".',
      );
    }
    const session = await sessions.current(c);
    if (session?.userId !== owner.id) {
      throw unauthenticated(
        'You are not signed in',
        'Open the sign-in link that Casefold printed at its start, or make a new one with "npm run casefold -- link".',
      );
    }
    requireOwnPage(c, origin);
  }

  return async (c, next) => {
    try {
      await authenticate(c);
    } catch (error) {
      if (error instanceof Problem && error.status < 500) onRefused(c.req.method, c.req.path);
      throw error;
    }
    c.set('actor', owner);
    await next();
  };
}
