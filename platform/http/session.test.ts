import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { openSqliteReadCache } from '#engines/cache/sqlite-read-cache';
import { createLogger } from '#platform/log';
import { problems } from './problem.ts';
import { createSessions, endedSessionsIn } from './session.ts';

const day = 24 * 3600 * 1000;

function browserOver(secure = false, cache = openSqliteReadCache({ file: ':memory:' })) {
  let now = Date.UTC(2026, 10, 22);
  const sessions = createSessions({
    key: 'k'.repeat(32),
    ended: endedSessionsIn(cache),
    secure,
    now: () => now,
  });
  const app = new Hono().onError(problems(createLogger('test', 'silent')));
  app.post('/in', async (c) => {
    await sessions.start(c, 'owner');
    return c.body(null);
  });
  app.get('/who', async (c) => c.json((await sessions.current(c))?.userId ?? null));
  app.post('/out', async (c) => {
    await sessions.end(c);
    return c.body(null);
  });
  return {
    pass: (days: number) => {
      now += days * day;
    },
    async signIn() {
      const set = (await app.request('/in', { method: 'POST' })).headers.getSetCookie()[0] ?? '';
      return { set, cookie: set.split(';')[0] ?? '' };
    },
    who: async (cookie: string) => (await app.request('/who', { headers: { cookie } })).json(),
    signOut: (cookie: string) => app.request('/out', { method: 'POST', headers: { cookie } }),
    close: () => cache.close(),
  };
}

test('each session is one of its own, and signing out ends that one, a copy of its cookie too', async () => {
  const browser = browserOver();
  const [one, other] = [await browser.signIn(), await browser.signIn()];
  expect(one.cookie).not.toBe(other.cookie);
  expect(await browser.who(one.cookie)).toBe('owner');
  const out = await browser.signOut(one.cookie);
  expect(out.headers.getSetCookie()[0]).toMatch(/^casefold_session=; Max-Age=0/);
  expect([await browser.who(one.cookie), await browser.who(other.cookie)]).toEqual([null, 'owner']);
  await browser.close();
});

test('a session runs out after thirty days, whatever the browser does with its cookie', async () => {
  const browser = browserOver();
  const { cookie } = await browser.signIn();
  browser.pass(29);
  expect(await browser.who(cookie)).toBe('owner');
  browser.pass(1);
  expect(await browser.who(cookie)).toBe(null);
  await browser.close();
});

test('what is changed in a cookie makes it worthless, and so is one of another shape', async () => {
  const browser = browserOver();
  const { cookie } = await browser.signIn();
  const [issuedAt = ''] = /\d{10}/.exec(cookie) ?? [];
  for (const forged of [
    cookie.replace('owner', 'admin'),
    cookie.replace(issuedAt, String(Number(issuedAt) + 1)),
    'casefold_session=owner',
    'casefold_session=',
  ]) {
    expect([forged, await browser.who(forged)]).toEqual([forged, null]);
  }
  await browser.close();
});

test('the cookie is kept to https where people come over https', async () => {
  const [open, secure] = [browserOver(), browserOver(true)];
  expect((await open.signIn()).set).not.toMatch(/Secure/);
  expect((await secure.signIn()).set).toMatch(/; HttpOnly; Secure; SameSite=Lax/);
  await Promise.all([open.close(), secure.close()]);
});

test('while ended sessions cannot be asked for, nobody gets in', async () => {
  const browser = browserOver();
  const { cookie } = await browser.signIn();
  await browser.close();
  expect(await browser.who(cookie)).toMatchObject({ status: 503 });
});
