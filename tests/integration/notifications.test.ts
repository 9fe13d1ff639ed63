import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { preferencesAnswerSchema } from '#commands/contract';
import type { Preferences } from '#domain/user/events';
import { notificationListSchema } from '#read-api/contract';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { newDataFolder, type Product, startProduct } from '../support/product.ts';
import { runCli } from '../support/run-cli.ts';
import { startSmsService } from '../support/sms-service.ts';
import { until } from '../support/until.ts';

const account = { sid: 'AC1', token: 'secret' };
const folder = newDataFolder();
let mail: MailServer;
let texts: Awaited<ReturnType<typeof startSmsService>>;
let product: Product;

const start = () =>
  startProduct({
    folder,
    settings: {
      SMTP_URL: mail.url,
      MAIL_FROM: 'Casefold <casefold@example.org>',
      TWILIO_URL: texts.url,
      TWILIO_ACCOUNT_SID: account.sid,
      TWILIO_AUTH_TOKEN: account.token,
      TWILIO_FROM: '+441632960000',
    },
  });

beforeAll(async () => {
  mail = await startMailServer();
  texts = await startSmsService(account);
  product = await start();
});
afterAll(async () => {
  await product?.stop();
  await mail?.close();
  await texts?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function prefer(preferences: Preferences): Promise<void> {
  const answer = await product.request('/api/preferences', { method: 'PUT', json: preferences });
  expect(answer.status, await answer.clone().text()).toBe(202);
}

const inbox = async () => {
  await product.caughtUp();
  return notificationListSchema.parse(await (await product.request('/api/notifications')).json());
};

/** Searches in vain in a case of its own, until somebody notices. */
async function getStuck(query: string): Promise<void> {
  const { caseId } = await product.openCase(query);
  const now = Date.now();
  const events = Array.from({ length: 12 }, (_, index) => ({
    action: 'searched',
    query: `${query} ${index}`,
    caseId,
    occurredAt: new Date(now - (12 - index) * 20_000).toISOString(),
  }));
  await product.request('/api/behaviour', { json: { events } });
}

const everywhere: Preferences = {
  channels: ['toast', 'email', 'sms'],
  email: 'ada@example.org',
  phone: '+441632960123',
  leastUrgency: 'low',
};

test('a person is told on the ways they want, once on each', async () => {
  await prefer(everywhere);
  const { available } = preferencesAnswerSchema.parse(
    await (await product.request('/api/preferences')).json(),
  );
  expect(available).toEqual(['toast', 'email', 'sms']);
  await getStuck('first deposit');
  await until('both have come', () => mail.taken.length >= 1 && texts.taken.length >= 1);
  expect(mail.taken[0]).toMatchObject({
    subject: 'Not finding “first deposit 11”?',
    to: [{ address: 'ada@example.org' }],
  });
  await expect
    .poll(async () => (await inbox()).items[0]?.deliveries)
    .toEqual(['toast', 'email', 'sms'].map((channel) => ({ channel, state: 'sent' })));
  expect((await inbox()).unread).toBe(1);
});

test('what is busy is tried again, what is refused is said to have failed', async () => {
  mail.fail({ at: 'recipient', code: 451 });
  texts.fail(400);
  await getStuck('second deposit');
  await until('the mail is tried again', () => mail.taken.length >= 2, { timeoutMs: 60_000 });
  await expect
    .poll(async () => (await inbox()).items[0]?.deliveries, { timeout: 60_000 })
    .toMatchObject([
      { channel: 'toast', state: 'sent' },
      { channel: 'email', state: 'sent' },
      { channel: 'sms', state: 'failed', message: expect.stringContaining('refused it (400: Not now.)') },
    ]);
  expect(texts.taken).toHaveLength(1);
});

test('a mail server that took it and hung up is not asked again', async () => {
  mail.fail({ at: 'data', code: 'hang-up' });
  await getStuck('third deposit');
  await expect
    .poll(async () => (await inbox()).items[0]?.deliveries[1], { timeout: 60_000 })
    .toMatchObject({
      channel: 'email',
      state: 'failed',
      message: expect.stringContaining('may have arrived'),
    });
  expect(mail.taken).toHaveLength(3);
});

test('quiet hours hold it back, and it says until when', async () => {
  const clock = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
  const to = clock(6);
  await prefer({ ...everywhere, quietHours: { from: clock(-1), to, timeZone: 'UTC' } });
  const sent = mail.taken.length;
  await getStuck('fourth deposit');
  await expect.poll(async () => (await inbox()).items.length).toBe(4);
  expect((await inbox()).items[0]).toMatchObject({
    notBefore: expect.stringContaining(`T${to}`),
    deliveries: [{ state: 'waiting' }, { state: 'waiting' }, { state: 'waiting' }],
  });
  expect(mail.taken).toHaveLength(sent);
});

test('marked as read, it is read, and nobody else’s can be', async () => {
  const { items } = await inbox();
  const notificationIds = items.map(({ notificationId }) => notificationId);
  const answer = await product.request('/api/notifications/read', { json: { notificationIds } });
  expect(answer.status).toBe(202);
  expect((await inbox()).unread).toBe(0);
  expect((await product.request('/api/notifications/none/read', { method: 'POST' })).status).toBe(404);
});

test('preferences that cannot be followed are refused, and say why', async () => {
  const refused = async (preferences: object) => {
    const answer = await product.request('/api/preferences', { method: 'PUT', json: preferences });
    expect(answer.status).toBe(422);
    return answer.text();
  };
  expect(await refused({ ...everywhere, email: undefined })).toContain('Say where the e-mail goes.');
  const quietHours = { from: '22:00', to: '07:00', timeZone: 'Mars/Olympus' };
  expect(await refused({ ...everywhere, quietHours })).toContain('must be a time zone');
  expect(await refused({ ...everywhere, phone: '12' })).toContain('country code');
});

test('a restart and a rebuild of every read model send nothing', async () => {
  await prefer(everywhere);
  const before = await inbox();
  const [mails, sms] = [mail.taken.length, texts.taken.length];
  await product.stop();
  product = await start();
  const rebuilt = await runCli(['projections', 'rebuild', '--all', '--wait', '--data', folder]);
  expect(rebuilt.code, rebuilt.stderr).toBe(0);
  expect(await inbox()).toEqual(before);
  expect([mail.taken.length, texts.taken.length]).toEqual([mails, sms]);
});
