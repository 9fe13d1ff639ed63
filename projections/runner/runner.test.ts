import { expect, test } from 'vitest';
import type { RecordedEvent } from '#domain/event';
import { createLogger } from '#platform/log';
import type { Projection } from '../projection.ts';
import type { LogFeed } from './log-feed.ts';
import { runProjection } from './runner.ts';
import { CheckpointMovedError, type Sink } from './sink.ts';

const log = createLogger('runner-test', 'silent');

const event = (position: number): RecordedEvent => ({
  id: `event-${position}`,
  type: 'CaseOpened',
  data: {},
  stream: 'case-c',
  revision: BigInt(position),
  position: BigInt(position),
  created: new Date(0),
  metadata: {
    actor: { kind: 'person', id: 'owner' },
    correlationId: 'c',
    causationId: 'c',
    schemaVersion: 1,
    occurredAt: '2026-01-01T00:00:00Z',
  },
});

/** A feed over a list: what a consumer asks for, and then nothing more until it stops. */
function feedOf(events: readonly RecordedEvent[]): LogFeed {
  return {
    async next({ after, limit, signal }) {
      const looked = events.filter(({ position }) => position > after).slice(0, limit);
      const last = looked.at(-1);
      if (last) return { events: looked, upTo: last.position };
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return { events: [], upTo: after };
    },
    head: () => events.at(-1)?.position ?? -1n,
    behind: () => ({ events: 0 }),
    close: async () => {},
  };
}

/** A sink in memory that keeps rows and checkpoint together, and can be told to fail. */
function sinkThat(fail: (events: readonly RecordedEvent[], attempt: number) => 'before' | 'after' | 'no') {
  const rows: bigint[] = [];
  let checkpoint = -1n;
  let attempts = 0;
  const sink: Sink = {
    open: async () => checkpoint,
    async commit(events, from, upTo) {
      if (from !== checkpoint) throw new CheckpointMovedError('moved');
      const failure = fail(events, attempts++);
      if (failure === 'before') throw new Error('the store is away');
      rows.push(...events.map(({ position }) => position));
      checkpoint = upTo;
      // The store did it, but its answer was lost.
      if (failure === 'after') throw new Error('the answer was lost');
    },
    isTransient: (error) => String(error).includes('away') || String(error).includes('lost'),
  };
  return { sink, rows };
}

const projection = {
  name: 'test',
  version: 1,
  sink: 'postgres',
  types: ['CaseOpened'],
  batchSize: 3,
} as unknown as Projection;

async function runUntil(sink: Sink, feed: LogFeed, position: bigint) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const running = runProjection(
    projection,
    sink,
    feed,
    (_name, reached) => reached >= position && resolve(),
    log,
  );
  await promise;
  await running.stop();
  return running.status();
}

const events = Array.from({ length: 20 }, (_, index) => event(index));
const positions = events.map(({ position }) => position);

test('every event takes effect once when commits fail before, or after they happened', async () => {
  for (const failure of ['before', 'after'] as const) {
    const { sink, rows } = sinkThat((_events, attempt) => (attempt % 3 === 1 ? failure : 'no'));
    await runUntil(sink, feedOf(events), 19n);
    expect(rows).toEqual(positions);
  }
});

test('an event that cannot be applied stops the projection just before it, and is never passed over', async () => {
  let broken = true;
  const { sink, rows } = sinkThat((batch) => {
    if (broken && batch.some(({ position }) => position === 10n)) throw new TypeError('cannot be applied');
    return 'no';
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  const running = runProjection(projection, sink, feedOf(events), (_name, to) => to >= 9n && resolve(), log);
  await promise;
  await expect.poll(() => running.status().state).toBe('stalled');
  expect(running.status().lastError).toContain('cannot be applied');
  expect(rows).toEqual(positions.slice(0, 10));
  broken = false;
  await expect.poll(() => rows.length, { timeout: 20_000 }).toBe(20);
  expect(rows).toEqual(positions);
  expect(running.status().state).toBe('running');
  await running.stop();
});
