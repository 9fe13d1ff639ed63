import { createTransport } from 'nodemailer';
import { NotSentError, type Sender } from './sender.ts';

/** Longer than any mail server takes that means to answer. */
const timeoutMs = 20_000;

/** What nodemailer says of an error: what the server answered (RFC 5321), and what kind it is. */
type SmtpError = Error & { readonly responseCode?: number; readonly code?: string };

/** Kinds of a connection that was not made, or ended, or could not be encrypted. */
const ofConnection = new Set(['ECONNECTION', 'EDNS', 'ESOCKET', 'ETIMEDOUT', 'ETLS']);

/**
 * Sends e-mail through a mail server.
 *
 * @param url `smtp://` or `smtps://`, with user and password where the server wants them
 * @param from an address, or a name and an address: `Casefold <casefold@example.org>`
 */
export function createEmailSender({ url, from }: { readonly url: string; readonly from: string }): Sender {
  return {
    async send({ messageId, to, title, body, url: link }) {
      // nodemailer tells of it when the server has greeted and is about to be told whom the message is for.
      let begun = false;
      const info = ({ tnx }: { readonly tnx?: string } = {}) => {
        if (tnx === 'send') begun = true;
      };
      const transport = createTransport({
        url,
        connectionTimeout: timeoutMs,
        greetingTimeout: timeoutMs,
        socketTimeout: timeoutMs,
        disableFileAccess: true,
        disableUrlAccess: true,
        logger: { info },
      });
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
        throw notSent(error as SmtpError, begun) ?? error;
      }
    },
  };
}

/** Whoever was refused, or lost the connection before anything of the message was said, has certainly not delivered it. */
function notSent(error: SmtpError, begun: boolean): NotSentError | undefined {
  const { responseCode, code = '', message } = error;
  if (responseCode !== undefined) {
    const text = `The mail server refused it (${responseCode}): ${message}`;
    return new NotSentError('refused', text, { final: responseCode >= 500, cause: error });
  }
  if (begun || !ofConnection.has(code)) return undefined;
  const text = `The mail server cannot be reached: ${message}`;
  return new NotSentError('mail-server-away', text, { final: false, cause: error });
}
