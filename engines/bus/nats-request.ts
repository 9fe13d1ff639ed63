import { createInbox, headers, type Msg, type NatsConnection } from 'nats';
import { NoResponderError, ResponderGoneError } from '#platform/ports';
import { firstAnswer } from './first-answer.ts';

/** Marks a message to whoever asked that is no answer yet: the responder is at work. */
const workingHeader = 'Casefold-Working';

/** Silence of so many beats means that the responder is gone; a busy machine may delay a few. */
const beatsUntilGone = 5;

/** What NATS itself sends to whoever asks where nobody listens. */
const noResponders = 503;

/**
 * Says every `beatMs` milliseconds that a request is being worked on. NATS keeps nothing: when a responder is killed, or
 * the server is, nobody else would tell the one who waits, and waits as long as the longest work may take.
 *
 * @returns ends it
 */
export function sayingSoWhile(request: Msg, beatMs: number): () => void {
  const mark = headers();
  mark.set(workingHeader, '1');
  const timer = setInterval(() => request.respond('', { headers: mark }), beatMs);
  return () => clearInterval(timer);
}

/**
 * Asks over NATS and waits for one answer, as long as the responder is heard to be at work.
 *
 * @param options.beatMs how often a responder says so
 * @throws {NoResponderError} if nobody listens
 * @throws {ResponderGoneError} after five beats of silence
 * @throws {RequestTimeoutError} after `timeoutMs`, and the signal's reason
 */
export async function askOverNats(
  connection: NatsConnection,
  subject: string,
  text: string,
  options: { readonly timeoutMs: number; readonly beatMs: number; readonly signal: AbortSignal | undefined },
): Promise<Msg> {
  const { promise: answer, resolve, reject } = Promise.withResolvers<Msg>();
  const inbox = createInbox();
  const subscription = connection.subscribe(inbox, {
    callback: (error, message) => {
      if (error) reject(error);
      else if (message.headers?.code === noResponders) reject(new NoResponderError(subject));
      else if (message.headers?.has(workingHeader)) silence.refresh();
      else resolve(message);
    },
  });
  const silence = setTimeout(() => reject(new ResponderGoneError(subject)), options.beatMs * beatsUntilGone);
  try {
    connection.publish(subject, text, { reply: inbox });
    return await firstAnswer(answer, subject, options.timeoutMs, options.signal);
  } finally {
    clearTimeout(silence);
    subscription.unsubscribe();
  }
}
