import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReadRecorder } from '#cli/read-recorder';
import { recordBehaviour } from '#commands/behaviour';
import type { Actor } from '#domain/event';
import { eventRegistry } from '#domain/registry';
import { connectEventStore } from '#platform/clients/eventstore';
import { type EventStore, EventStoreUnavailableError } from '#platform/event-store';
import { createLogger } from '#platform/log';
import { type EngineProcess, startEngine } from '../contract/eventstore/engine.ts';
import { until } from '../support/until.ts';

const log = createLogger('reads', 'silent');
let engine: EngineProcess;
let store: EventStore;

beforeAll(async () => {
  engine = await startEngine();
  store = connectEventStore(engine.url, eventRegistry, log);
});
afterAll(async () => {
  await store.close();
  await engine.stop();
});

const person = (id: string): Actor => ({ kind: 'person', id });

/** What the log holds of a person: for each event, the documents in it. */
async function documentsSeenBy(userId: string): Promise<string[][]> {
  const seen: string[][] = [];
  for await (const event of store.readAll()) {
    if (event.type !== 'BehaviourRecorded') continue;
    const { userId: who, entries } = event.data as { userId: string; entries: { documentId: string }[] };
    if (who === userId) seen.push(entries.map(({ documentId }) => documentId));
  }
  return seen;
}

const viewed = (documentId: string, occurredAt = new Date().toISOString()) =>
  ({ action: 'viewed', documentId, occurredAt }) as const;

test('a read whose record was written but not acknowledged is recorded once', async () => {
  let lost = 0;
  const forgetful: EventStore = {
    ...store,
    async append(...append) {
      const appended = await store.append(...append);
      if (lost++ < 2) throw new EventStoreUnavailableError('The answer was lost.');
      return appended;
    },
  };
  const recorder = createReadRecorder(forgetful, log);
  recorder.record(person('ada'), viewed('first'));
  await until('the first answer was lost', () => lost === 1);
  recorder.record(person('ada'), viewed('second'));
  await until('everything is acknowledged', () => lost >= 4);
  await recorder.stop();
  expect(await documentsSeenBy('ada')).toEqual([['first'], ['second']]);
});

test('many reads at once are all recorded, in order, also by a stop', async () => {
  const recorder = createReadRecorder(store, log);
  const documents = Array.from({ length: 250 }, (_, number) => `document ${number}`);
  for (const each of documents) recorder.record(person('ben'), viewed(each));
  await recorder.stop();
  const seen = await documentsSeenBy('ben');
  expect(seen.flat()).toEqual(documents);
  expect(Math.max(...seen.map(({ length }) => length))).toBe(100);
});

test('a command repeated after midnight counts once, another command counts', async () => {
  const send = (commandId: string, occurredAt: string) => {
    const actor = person('cem');
    const context = { commandId, actor, correlationId: commandId, causationId: commandId, occurredAt };
    return recordBehaviour(store, [viewed(commandId, occurredAt)], context);
  };
  const first = await send('one', '2026-03-01T23:59:58.000Z');
  const repeated = await send('one', '2026-03-02T00:00:03.000Z');
  expect(repeated.position).toBe(first.position);
  expect((await send('one', '2026-03-02T00:14:59.000Z')).position).toBe(first.position);
  await send('two', '2026-03-02T00:00:04.000Z');
  await send('two', '2026-03-02T00:00:05.000Z');
  expect(await documentsSeenBy('cem')).toEqual([['one'], ['two']]);
});

test('a batch that a browser kept for days counts once, on the day it tells of', async () => {
  const send = (occurredAt: string) => {
    const actor = person('dan');
    const context = { commandId: 'kept', actor, correlationId: 'x', causationId: 'x', occurredAt };
    return recordBehaviour(store, [viewed('offline', '2026-03-01T12:00:00.000Z')], context, { kept: true });
  };
  const first = await send('2026-03-01T12:00:01.000Z');
  expect((await send('2026-03-04T09:00:00.000Z')).position).toBe(first.position);
  expect(await documentsSeenBy('dan')).toEqual([['offline']]);
  const streams = new Set<string>();
  for await (const { stream } of store.readAll()) if (stream.includes('dan')) streams.add(stream);
  expect([...streams]).toEqual(['behaviour-dan+2026-03-01']);
});
