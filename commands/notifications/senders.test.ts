import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MailServer, startMailServer } from '#tests/support/mail-server';
import { startSmsService } from '#tests/support/sms-service';
import { createEmailSender } from './email.ts';
import { NotSentError, type OutgoingMessage, type Sender } from './sender.ts';
import { createSmsSender } from './sms.ts';

const account = { sid: 'AC1', token: 'secret' };
let mail: MailServer;
let texts: Awaited<ReturnType<typeof startSmsService>>;

beforeAll(async () => {
  mail = await startMailServer();
  texts = await startSmsService(account);
});
afterAll(async () => {
  await mail.close();
  await texts.close();
});

/** How a sending ends: well, certainly in vain, or nobody knows how. */
async function outcome(sender: Sender, message: OutgoingMessage): Promise<unknown> {
  try {
    await sender.send(message);
    return 'sent';
  } catch (error) {
    return error instanceof NotSentError ? { reason: error.reason, final: error.final } : 'unknown';
  }
}

describe('e-mail', () => {
  const message = { messageId: 'm1', to: 'ada@example.org', title: 'The report is ready', body: 'Harbour.' };
  const sender = (url = mail.url) => createEmailSender({ url, from: 'Casefold <casefold@example.org>' });

  test('arrives, under an id that another copy of it would have too', async () => {
    expect(await outcome(sender(), { ...message, url: 'https://casefold.example/cases/c' })).toBe('sent');
    expect(mail.taken.at(-1)).toMatchObject({
      messageId: '<m1@casefold>',
      subject: 'The report is ready',
      from: { address: 'casefold@example.org', name: 'Casefold' },
      to: [{ address: 'ada@example.org' }],
      text: expect.stringMatching(/^Harbour\.\s+https:\/\/casefold\.example\/cases\/c\s+$/),
    });
  });

  test('a title cannot bring headers or people of its own', async () => {
    const title = 'Hello\r\nBcc: eve@example.org\r\n\r\nAnother text';
    expect(await outcome(sender(), { ...message, title })).toBe('sent');
    const taken = mail.taken.at(-1);
    expect(taken?.bcc ?? []).toEqual([]);
    expect(taken?.text?.trim()).toBe('Harbour.');
  });

  test.each([
    ['a server that is not there', undefined, { reason: 'mail-server-away', final: false }],
    ['a box that there is not', { at: 'recipient', code: 550 }, { reason: 'refused', final: true }],
    ['a box that is busy', { at: 'recipient', code: 451 }, { reason: 'refused', final: false }],
    ['a server that is busy', { at: 'connect', code: 421 }, { reason: 'refused', final: false }],
    ['a text that is refused', { at: 'data', code: 554 }, { reason: 'refused', final: true }],
    ['a server that has it and says nothing', { at: 'data', code: 'hang-up' }, 'unknown'],
  ] as const)('%s', async (_, fault, expected) => {
    if (fault) mail.fail(fault);
    const before = mail.taken.length;
    expect(await outcome(fault ? sender() : sender('smtp://127.0.0.1:9'), message)).toEqual(expected);
    expect(mail.taken).toHaveLength(before + (expected === 'unknown' ? 1 : 0));
  });
});

describe('a text message', () => {
  const message = { messageId: 'm1', to: '+441632960123', title: 'Stuck?', body: 'Ask.', url: 'https://c/x' };
  const sender = (url = texts.url, authToken = account.token) =>
    createSmsSender({ url, accountSid: account.sid, authToken, from: '+441632960000' });

  test('arrives', async () => {
    expect(await outcome(sender(), message)).toBe('sent');
    expect(texts.taken).toEqual([
      { to: '+441632960123', from: '+441632960000', body: 'Stuck?: Ask.\nhttps://c/x' },
    ]);
  });

  test.each([
    ['a service that is busy', 429, { reason: 'busy', final: false }],
    ['one that refuses', 400, { reason: 'refused', final: true }],
    ['one that breaks in the middle', 500, 'unknown'],
  ])('%s', async (_, status, expected) => {
    texts.fail(status);
    expect(await outcome(sender(), message)).toEqual(expected);
  });

  test('another’s credentials are refused, and a service that is not there has taken nothing', async () => {
    expect(await outcome(sender(texts.url, 'wrong'), message)).toEqual({ reason: 'refused', final: true });
    const closed = await startSmsService(account);
    await closed.close();
    expect(await outcome(sender(closed.url), message)).toEqual({
      reason: 'service-away',
      final: false,
    });
    expect(texts.taken).toHaveLength(1);
  });
});
