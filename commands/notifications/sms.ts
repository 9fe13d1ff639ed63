import { z } from 'zod';
import { NotSentError, type Sender } from './sender.ts';
import { neverEncrypted } from './tls-fault.ts';

const timeoutMs = 20_000;
/** What a text message of three parts holds, in the alphabet all telephones know. */
const longestText = 459;

const refusalSchema = z.object({ code: z.number().optional(), message: z.string() });

export type TwilioSettings = {
  /** Of the API, without a path. */
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** The number it comes from. */
  readonly from: string;
};

/** Sends text messages through Twilio's Messages resource (API version 2010-04-01), or what speaks like it. */
export function createSmsSender({ url, accountSid, authToken, from }: TwilioSettings): Sender {
  const address = new URL(`/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`, url);
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  return {
    async send({ to, title, body, url: link }) {
      const text = `${title}: ${body}`.slice(0, longestText);
      const response = await reach(address, {
        method: 'POST',
        headers: { authorization },
        body: new URLSearchParams({ To: to, From: from, Body: link ? `${text}\n${link}` : text }),
        signal: AbortSignal.timeout(timeoutMs),
        // A redirect would take the credentials elsewhere.
        redirect: 'error',
      });
      if (response.ok) return;
      const refusal = refusalSchema.safeParse(await response.json().catch(() => undefined)).data;
      const said = `${response.status}${refusal ? `: ${refusal.message}` : ''}`;
      // These say that nothing was taken; another fault of the server's own says nothing.
      const { status } = response;
      if (status === 429 || status === 503) {
        throw new NotSentError('busy', `The text message service takes nothing just now (${said}).`, {
          final: false,
        });
      }
      if (status < 500) {
        throw new NotSentError('refused', `The text message service refused it (${said}).`, { final: true });
      }
      throw new Error(`The text message service failed (${said}).`);
    },
  };
}

/** A connection that was never made has carried nothing. */
async function reach(address: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    const causes = causesOf(error);
    if (causes.length === 0 || !causes.every(neverConnected)) throw error;
    const why = [...new Set(causes.map(({ message }) => message))].join('; ');
    throw new NotSentError('service-away', `The text message service cannot be reached: ${why}`, {
      final: false,
      cause: error,
    });
  }
}

/** What `fetch` says was the matter; several where it tried several addresses of one name, and none answered. */
function causesOf(error: unknown): readonly Error[] {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return [];
  const causes: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  return causes.map((each) => (each instanceof Error ? each : new Error(String(each))));
}

/** Whether it comes from making the connection: nothing was said on one that was not made. */
const neverConnected = (cause: Error): boolean =>
  ('syscall' in cause && (cause.syscall === 'connect' || cause.syscall === 'getaddrinfo')) ||
  ('code' in cause && cause.code === 'UND_ERR_CONNECT_TIMEOUT') ||
  neverEncrypted(cause);
