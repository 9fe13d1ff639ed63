import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { selfSigned } from './self-signed-certificate.ts';

/** Where a mail server refuses, and how: a code of RFC 5321, or an end of the connection without a word. */
type Fault = { readonly at: 'connect' | 'recipient' | 'data'; readonly code: number | 'hang-up' };

/**
 * A real mail server on this machine that keeps what it took.
 *
 * @param encrypted with a certificate that nobody trusts: from the first word, or once it is asked to
 */
export async function startMailServer(encrypted?: 'at-once' | 'when-asked') {
  const taken: Email[] = [];
  const faults: Fault[] = [];

  const fault = (at: Fault['at']): Fault | undefined => {
    const index = faults.findIndex((each) => each.at === at);
    return index === -1 ? undefined : faults.splice(index, 1)[0];
  };
  const refusal = ({ code }: Fault) => Object.assign(new Error('Not now.'), { responseCode: code });

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: encrypted === 'when-asked' ? [] : ['STARTTLS'],
    ...(encrypted && { secure: encrypted === 'at-once', ...selfSigned }),
    onConnect(_, done) {
      const planted = fault('connect');
      done(planted && refusal(planted));
    },
    onRcptTo(_, __, done) {
      const planted = fault('recipient');
      done(planted && refusal(planted));
    },
    onData(stream, session, done) {
      void text(stream).then(async (message) => {
        const planted = fault('data');
        if (planted?.code === 'hang-up') {
          // It has the message, and nobody hears that it has.
          taken.push(await PostalMime.parse(message));
          return hangUp(session.id);
        }
        if (planted) return done(refusal(planted));
        taken.push(await PostalMime.parse(message));
        return done();
      });
    },
  });
  function hangUp(sessionId: string): void {
    for (const connection of server.connections) {
      if (Reflect.get(connection, 'id') === sessionId) Reflect.get(connection, '_socket').destroy();
    }
  }
  // Who does not trust it leaves in the middle of a word.
  server.on('error', () => undefined);
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `${encrypted === 'at-once' ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    /** In the order they came. */
    taken: taken as readonly Email[],
    /** The next message meets this. */
    fail: (planted: Fault) => void faults.push(planted),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
export type MailServer = Awaited<ReturnType<typeof startMailServer>>;
