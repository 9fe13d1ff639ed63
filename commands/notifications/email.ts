import { createTransport } from 'nodemailer';
import { NotSentError, type Sender } from './sender.ts';
import { neverEncrypted } from './tls-fault.ts';

/** Longer than any mail server takes that means to answer. */
const timeoutMs = 20_000;

/** What nodemailer says of an error: what the server answered (RFC 5321), and which call of the system failed. */
type SmtpError = Error & { readonly responseCode?: number; readonly syscall?: string };

/** Calls without which there is no connection; and how nodemailer names waiting for one, or for its first word, in vain. */
const toConnect = new Set(['connect', 'getaddrinfo', 'queryA', 'queryAaaa']);
const neverConnected = /^(Connection timeout|Greeting never received)/;

/**
 * Sends e-mail through a mail server.
 *
 * @param url `smtp://` or `smtps://`, with user and password where the server wants them
 * @param from an address, or a name and an address: `Casefold <casefold@example.org>`
 */
export function createEmailSender({ url, from }: { readonly url: string; readonly from: string }): Sender {
  const transport = createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ messageId, to, title, body, url: link }) {
      try {
        await transport.sendMail({
          from,
          // An object is taken as it is; text would be read as a list.
          to: { name: '', address: to },
          subject: title,
          text: link ? `${body}\n\n${link}\n` : `${body}\n`,
          messageId: `<${messageId}@casefold>`,
          // Nobody's out-of-office need answer this (RFC 3834).
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        throw notSent(error as SmtpError) ?? error;
      }
    },
  };
}

/** Whoever was refused, or never got a connection, has certainly not delivered it. */
function notSent(error: SmtpError): NotSentError | undefined {
  const { responseCode, syscall = '', message } = error;
  if (responseCode !== undefined) {
    const text = `The mail server refused it (${responseCode}): ${message}`;
    return new NotSentError('refused', text, { final: responseCode >= 500, cause: error });
  }
  if (!toConnect.has(syscall) && !neverConnected.test(message) && !neverEncrypted(error)) return undefined;
  const text = `The mail server cannot be reached: ${message}`;
  return new NotSentError('mail-server-away', text, { final: false, cause: error });
}
