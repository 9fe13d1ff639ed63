import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventRegistry } from '#domain/registry';
import type { RunningEngine } from '#engines/engine-process';
import { startEventStore } from '#engines/eventstore/server';
import { connectEventStore } from '#platform/clients/eventstore';
import type { EventStore } from '#platform/event-store';
import { newId } from '#platform/ids';
import { createLogger } from '#platform/log';
import { createLogFeed, type LogFeed } from './log-feed.ts';

const log = createLogger('log-feed-test', 'silent');
let engine: RunningEngine;
let store: EventStore;

beforeAll(async () => {
  engine = await startEventStore({ folder: mkdtempSync(join(tmpdir(), 'casefold-feed-')), port: 0, log });
  store = connectEventStore(`esdb://127.0.0.1:${engine.port}?tls=false`, eventRegistry, log);
});
afterAll(async () => {
  await store.close();
  await engine.close();
});

const metadata = {
  actor: { kind: 'person', id: 'owner' },
  correlationId: 'c',
  causationId: 'c',
  occurredAt: '2026-01-01T00:00:00Z',
} as const;

async function append(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const caseId = newId();
    const type = index % 3 === 0 ? 'CaseRenamed' : 'CaseOpened';
    await store.append(
      `case-${caseId}`,
      [{ id: newId(), type, data: { caseId, name: 'n' }, metadata }],
      'no-stream',
    );
  }
}

/** Takes from the feed until it has looked at everything up to a position. */
async function takeAll(feed: LogFeed, limit: number, upTo: bigint, types = new Set(['CaseOpened'])) {
  const seen: bigint[] = [];
  const { signal } = new AbortController();
  for (let after = -1n; after < upTo; ) {
    const batch = await feed.next({ after, types, limit, signal });
    expect(batch.upTo).toBeGreaterThan(after);
    for (const event of batch.events) {
      expect(event.position).toBeGreaterThan(after);
      expect(event.position).toBeLessThanOrEqual(batch.upTo);
      seen.push(event.position);
    }
    after = batch.upTo;
  }
  return seen;
}

test('every consumer sees every event once and in order, from pages, from the ring, and across their border', async () => {
  await append(40);
  const feed = createLogFeed(store, log, 10);
  const firstHead = await store.headPosition();
  expect(await takeAll(feed, 7, firstHead)).toHaveLength(26);

  // Some follow live while more is written than the ring holds; one comes late.
  const writing = append(60);
  const expected = async () => {
    const positions: bigint[] = [];
    for await (const event of store.readAll())
      if (event.type === 'CaseOpened') positions.push(event.position);
    return positions;
  };
  await writing;
  const head = await store.headPosition();
  const all = await expected();
  const seen = await Promise.all([1, 3, 7, 500].map((limit) => takeAll(feed, limit, head)));
  for (const positions of seen) expect(positions).toEqual(all);
  await feed.close();
});

test('at the head a consumer waits for what comes, also of types it does not take', async () => {
  const feed = createLogFeed(store, log, 10);
  const head = await store.headPosition();
  const { signal } = new AbortController();
  const next = feed.next({ after: head, types: new Set(['UserRegistered']), limit: 10, signal });
  await append(1);
  const batch = await next;
  expect(batch.events).toEqual([]);
  expect(batch.upTo).toBe(await store.headPosition());
  await feed.close();
});

test('waiting ends when the consumer stops', async () => {
  const feed = createLogFeed(store, log, 10);
  const stop = new AbortController();
  const after = await store.headPosition();
  const next = feed.next({ after, types: new Set(), limit: 10, signal: stop.signal });
  stop.abort();
  expect((await next).upTo).toBe(after);
  await feed.close();
});

test('one consumer that stops leaves the others waiting in peace, not spinning', async () => {
  const feed = createLogFeed(store, log, 10);
  const after = await store.headPosition();
  const [stopped, waiting] = [new AbortController(), new AbortController()];
  const first = feed.next({ after, types: new Set(), limit: 10, signal: stopped.signal });
  const second = feed.next({ after, types: new Set(), limit: 10, signal: waiting.signal });
  stopped.abort();
  await first;
  // A consumer that spins on microtasks never lets a timer fire.
  await new Promise((resolve) => setTimeout(resolve, 20));
  waiting.abort();
  await second;
  await feed.close();
});
