import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { selfSigned } from './self-signed-certificate.ts';

export type TakenText = { readonly to: string; readonly from: string; readonly body: string };

/**
 * Twilio's Messages resource, as far as Casefold uses it; keeps what it took.
 *
 * @param encrypted with a certificate that nobody trusts
 */
export async function startSmsService(
  account: { readonly sid: string; readonly token: string },
  encrypted = false,
) {
  const taken: TakenText[] = [];
  const statuses: number[] = [];
  const app = new Hono();
  app.post('/2010-04-01/Accounts/:sid/Messages.json', async (c) => {
    const expected = `Basic ${Buffer.from(`${account.sid}:${account.token}`).toString('base64')}`;
    if (c.req.param('sid') !== account.sid || c.req.header('authorization') !== expected) {
      return c.json({ code: 20003, message: 'Authenticate', status: 401 }, 401);
    }
    const status = statuses.shift();
    if (status !== undefined) return c.json({ code: 20500, message: 'Not now.', status }, status as 429);
    const { To = '', From = '', Body = '' } = await c.req.parseBody<Record<string, string>>();
    taken.push({ to: To, from: From, body: Body });
    return c.json({ sid: `SM${taken.length}`, status: 'queued' }, 201);
  });
  const listening = Promise.withResolvers<AddressInfo>();
  const options = { fetch: app.fetch, port: 0, hostname: '127.0.0.1' };
  const server = serve(
    encrypted ? { ...options, createServer, serverOptions: selfSigned } : options,
    listening.resolve,
  );
  return {
    url: `${encrypted ? 'https' : 'http'}://127.0.0.1:${(await listening.promise).port}`,
    taken: taken as readonly TakenText[],
    /** The next request is answered with this. */
    fail: (status: number) => void statuses.push(status),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
