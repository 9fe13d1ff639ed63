import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { ReadCache } from '#platform/ports';
import { Problem } from './problem.ts';

/** The sessions that were signed out before their time, known to every process that takes their cookies. */
export type EndedSessions = {
  has(sessionId: string): Promise<boolean>;
  /** Forgotten after `seconds`, when the session would have run out anyway. */
  add(sessionId: string, seconds: number): Promise<void>;
};

export type Session = { readonly id: string; readonly userId: string; readonly secondsLeft: number };

export type SessionSettings = {
  /** Signs the cookies (HMAC-SHA-256). */
  readonly key: string;
  readonly ended: EndedSessions;
  /** Whether people come over https: then the cookie travels over nothing else. */
  readonly secure: boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
};

export type Sessions = {
  /** Begins a session for the browser that asks. */
  start(c: Context, userId: string): Promise<void>;
  /** The session of a request, unless it has run out, was ended, or was never ours. */
  current(c: Context): Promise<Session | undefined>;
  /** Ends the session of a request for good: a copy of its cookie is worth nothing from now on. */
  end(c: Context): Promise<void>;
};

const cookieName = 'casefold_session';
const lifetimeSeconds = 30 * 24 * 3600;
const cookiePattern = /^(?<userId>[\w-]+)\.(?<id>[\w-]{22})\.(?<issuedAt>\d{10})$/;

/** Sessions in a signed cookie, `<user>.<session id>.<seconds since 1970>`; only those that were ended are kept. */
export function createSessions({ key, ended, secure, now = Date.now }: SessionSettings): Sessions {
  const seconds = () => Math.floor(now() / 1000);

  async function current(c: Context): Promise<Session | undefined> {
    const value = await getSignedCookie(c, key, cookieName);
    const { userId, id, issuedAt } = cookiePattern.exec(value || '')?.groups ?? {};
    if (!userId || !id) return undefined;
    const secondsLeft = Number(issuedAt) + lifetimeSeconds - seconds();
    if (secondsLeft <= 0 || (await ended.has(id))) return undefined;
    return { id, userId, secondsLeft };
  }

  return {
    current,
    async start(c, userId) {
      const id = randomBytes(16).toString('base64url');
      await setSignedCookie(c, cookieName, `${userId}.${id}.${seconds()}`, key, {
        httpOnly: true,
        sameSite: 'Lax',
        path: '/',
        maxAge: lifetimeSeconds,
        secure,
      });
    },
    async end(c) {
      const session = await current(c);
      if (session) await ended.add(session.id, session.secondsLeft);
      deleteCookie(c, cookieName, { path: '/', secure });
    },
  };
}

/** In the cache that all processes of a deployment share, and that outlives them. */
export function endedSessionsIn(cache: Pick<ReadCache, 'get' | 'commit'>): EndedSessions {
  const keyOf = (sessionId: string) => `ended-session:${sessionId}`;
  const away = (): never => {
    // Better nobody gets in for a moment than one who was signed out.
    throw new Problem(503, 'store-away', 'Sessions cannot be checked just now', {
      detail: 'A part of Casefold is starting or restarting; ask again in a moment.',
      headers: { 'retry-after': '1' },
    });
  };
  return {
    has: async (id) => (await cache.get(keyOf(id)).catch(away)) !== undefined,
    async add(id, seconds) {
      await cache.commit({ sets: [{ key: keyOf(id), value: '1', ttlSeconds: seconds }] }).catch(away);
    },
  };
}

/** For a process that shares sessions with no other and keeps nothing. */
export function endedSessionsInMemory(): EndedSessions {
  const ids = new Set<string>();
  return { has: async (id) => ids.has(id), add: async (id) => void ids.add(id) };
}
