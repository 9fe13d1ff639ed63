import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { ActorEnv } from '#platform/http/actor';
import { problems } from '#platform/http/problem';
import { type LiveMessage, liveMessageSchema } from '#read-api/contract';
import { createLiveHub, type LiveHub } from '#read-api/live';
import { addText, type ReadSide, startReadSide } from './read-side.ts';

let side: ReadSide;
let hub: LiveHub;
let origin: string;
let server: ReturnType<typeof serve>;

beforeAll(async () => {
  side = await startReadSide();
  await side.append('case-old', { type: 'CaseOpened', data: { caseId: 'old', name: 'Old' } }, 'old');
  hub = createLiveHub({ store: side.clients.store, bus: side.clients.bus, log: side.log });
  const app = new Hono<ActorEnv>();
  app.onError(problems(side.log));
  app.use(async (c, next) => {
    c.set('actor', { kind: 'person', id: c.req.query('as') ?? 'ada' });
    await next();
  });
  app.get('/live', hub.handler);
  const listening = Promise.withResolvers<AddressInfo>();
  const sockets = new WebSocketServer({ noServer: true });
  server = serve(
    { fetch: app.fetch, port: 0, hostname: '127.0.0.1', websocket: { server: sockets } },
    listening.resolve,
  );
  origin = `127.0.0.1:${(await listening.promise).port}`;
});
afterAll(async () => {
  await hub?.close();
  server?.close();
  await side?.close();
});

/** Connects, and keeps what comes. */
async function listen(query = '') {
  const socket = new WebSocket(`ws://${origin}/live${query}`);
  const messages: LiveMessage[] = [];
  socket.on('message', (data) => messages.push(liveMessageSchema.parse(JSON.parse(String(data)))));
  await expect.poll(() => messages.length).toBe(1);
  return { messages, socket };
}

test('greets, then tells of each event as the log takes it, and of nothing before', async () => {
  const all = await listen();
  const one = await listen('?caseId=c1');
  expect(all.messages).toEqual([{ kind: 'hello', userId: 'ada' }]);
  // The subscription starts at the end of the log, which takes a moment: the first event to arrive shows it is there.
  let count = 0;
  await expect
    .poll(async () => {
      await side.append('case-c2', { type: 'CaseRenamed', data: { caseId: 'c2', name: `${count++}` } }, 'c2');
      return all.messages.length;
    })
    .toBeGreaterThan(1);
  const position = await addText(side, { documentId: 'd', caseId: 'c1', fileName: 'd.txt', text: 'Hello.' });
  await side.clients.bus.publish('progress.document.d', {
    kind: 'progress',
    caseId: 'c1',
    documentId: 'd',
    stage: 'analysing',
    done: 1,
    total: 3,
    unit: 'pages',
  });
  await expect.poll(() => one.messages.length).toBe(4);
  const [, ...told] = one.messages;
  expect(told.filter(({ kind }) => kind === 'document')).toMatchObject([
    { documentId: 'd', event: 'DocumentUploaded', stage: 'received' },
    { documentId: 'd', event: 'DocumentTextExtracted', stage: 'analysing', position },
  ]);
  expect(told).toContainEqual(expect.objectContaining({ kind: 'progress', done: 1, total: 3 }));
  await expect
    .poll(() => all.messages.some((message) => 'position' in message && message.position === position))
    .toBe(true);
  expect(all.messages.some((message) => 'caseId' in message && message.caseId === 'old')).toBe(false);
  one.socket.close();
  await expect.poll(() => hub.clients()).toBe(1);
  all.socket.close();
});

test('what is personal goes to that person alone, in whichever case they are', async () => {
  const ada = await listen('?caseId=c1');
  const anywhere = await listen('?only=personal');
  const ben = await listen('?as=ben');
  const read = { type: 'NotificationRead', data: { notificationId: 'n', userId: 'ada' } } as const;
  const position = await side.append('notification-n', read, 'c2');
  await expect
    .poll(() => ada.messages)
    .toContainEqual({
      kind: 'personal',
      userId: 'ada',
      event: 'NotificationRead',
      caseId: 'c2',
      position,
    });
  // The next event reaches Ben, so the one before would have too.
  await side.append('case-c1', { type: 'CaseRenamed', data: { caseId: 'c1', name: 'After' } }, 'c1');
  await expect.poll(() => ben.messages.map(({ kind }) => kind)).toEqual(['hello', 'case']);
  expect(anywhere.messages.map(({ kind }) => kind)).toEqual(['hello', 'personal']);
  for (const { socket } of [ada, anywhere, ben]) socket.close();
});

test('a client that stops reading is dropped, and the others hear on', async () => {
  const slow = await listen('?caseId=c1');
  const quick = await listen('?caseId=c1');
  slow.socket.pause();
  const filler = { kind: 'progress', caseId: 'c1', documentId: 'd', stage: 'linking', done: 1, total: 3 };
  // One at a time: whoever reads has read each before the next is sent, so only what nobody reads piles up. 500 are a
  // hundred times what the hub keeps for a client, and sooner sent than the heartbeat would drop it.
  for (let sent = 1; hub.clients() === 2 && sent <= 500; sent++) {
    await side.clients.bus.publish('progress.document.d', { ...filler, unit: 'x'.repeat(200_000) });
    await expect.poll(() => quick.messages.length, { interval: 2, timeout: 10_000 }).toBe(sent + 1);
  }
  expect(hub.clients()).toBe(1);
  slow.socket.terminate();
  quick.socket.close();
});

test('a plain request is told what this is', async () => {
  const response = await fetch(`http://${origin}/live`);
  expect([response.status, response.headers.get('upgrade')]).toEqual([426, 'websocket']);
});
