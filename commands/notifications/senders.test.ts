import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MailServer, startMailServer } from '#tests/support/mail-server';
import { startSmsService } from '#tests/support/sms-service';
import { createEmailSender } from './email.ts';
import { NotSentError, type OutgoingMessage, type Sender } from './sender.ts';
import { createSmsSender } from './sms.ts';
import { neverEncrypted } from './tls-fault.ts';

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

/** A server that hangs up on whoever connects, or says a first word. */
async function hangingUp(when: 'connected' | 'spoken-to') {
  const server = createServer((socket) => {
    if (when === 'connected') socket.destroy();
    else socket.once('data', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}

/** What is said of a server whose certificate nobody trusts. */
const untrustedBy = (reason: string) => ({
  name: 'NotSentError',
  reason,
  message: expect.stringContaining('self-signed certificate'),
  final: false,
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

  test('a server that is not encrypted though it should be, or hangs up before it greets, has taken nothing', async () => {
    const away = { reason: 'mail-server-away', final: false };
    const before = mail.taken.length;
    expect(await outcome(sender(mail.url.replace('smtp:', 'smtps:')), message)).toEqual(away);
    expect(mail.taken).toHaveLength(before);
    const { host, close } = await hangingUp('connected');
    try {
      expect(await outcome(sender(`smtp://${host}`), message)).toEqual(away);
    } finally {
      close();
    }
  });

  test.each(['at-once', 'when-asked'] as const)(
    'a server that is not trusted, encrypted %s, has taken nothing, and is told',
    async (encrypted) => {
      const untrusted = await startMailServer(encrypted);
      try {
        await expect(sender(untrusted.url).send(message)).rejects.toMatchObject(
          untrustedBy('mail-server-away'),
        );
        expect(untrusted.taken).toEqual([]);
      } finally {
        await untrusted.close();
      }
    },
  );
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

  test('a service that is not trusted has taken nothing, and is told', async () => {
    const untrusted = await startSmsService(account, true);
    try {
      await expect(sender(untrusted.url).send(message)).rejects.toMatchObject(untrustedBy('service-away'));
      expect(untrusted.taken).toEqual([]);
    } finally {
      await untrusted.close();
    }
  });
});

describe('a fault of TLS', () => {
  const coded = (code: string) => Object.assign(new Error('x'), { code });
  test.each([
    [coded('CERT_HAS_EXPIRED'), true],
    [coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), true],
    [coded('ERR_TLS_CERT_ALTNAME_INVALID'), true],
    [coded('SELF_SIGNED_CERT_IN_CHAIN'), true],
    [coded('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC'), false],
    [coded('ERR_TLS_RENEGOTIATION_DISABLED'), false],
    [coded('ECONNRESET'), false],
  ])('%o: nothing was said: %j', (error, expected) => {
    expect(neverEncrypted(error)).toBe(expected);
  });

  test('a connection that ends before it is encrypted has carried nothing', async () => {
    const { host, close } = await hangingUp('spoken-to');
    const to = { messageId: 'm1', to: 'ada@example.org', title: 'Stuck?', body: 'Ask.' };
    const from = 'casefold@example.org';
    const text = (url: string) => createSmsSender({ url, accountSid: 'AC1', authToken: 'x', from });
    try {
      const email = createEmailSender({ url: `smtps://${host}`, from });
      expect(await outcome(email, to)).toEqual({ reason: 'mail-server-away', final: false });
      expect(await outcome(text(`https://${host}`), to)).toEqual({ reason: 'service-away', final: false });
      expect(await outcome(text(`http://${host}`), to)).toBe('unknown');
    } finally {
      close();
    }
  });
});
