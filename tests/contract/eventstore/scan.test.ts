import { randomUUID } from 'node:crypto';
import { binaryEvent, type EventData, jsonEvent } from '@eventstore/db-client';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { EventDefinitions, RecordedEvent } from '#domain/event';
import { connectEventStore } from '#platform/clients/eventstore';
import { fromWire } from '#platform/clients/eventstore-wire';
import { EventStoreUnavailableError, type ScanBatch, type ScanOptions } from '#platform/event-store';
import { createLogger } from '#platform/log';
import { until } from '../../support/until.ts';
import { countingRelay, silentServer } from './scan-front.ts';
import { canRestart, collect, contractServer, unique } from './server.ts';

const server = contractServer();

/** Types that nobody else writes; each knows two older versions of itself. */
const prefix = unique('Scanned').replace('-', '');
const typeA = `${prefix}Ä`;
const typeB = `${prefix}B`;
const definition = {
  version: 3,
  schema: z.unknown(),
  upcasters: { 1: (data: unknown) => ({ first: data }), 2: (data: unknown) => ({ second: data }) },
};
const registry: EventDefinitions = {
  [typeA]: definition,
  [typeB]: definition,
  $metadata: definition,
  '$>': definition,
};

const open = (url = server.url) => {
  const store = connectEventStore(url, registry, createLogger('contract', 'silent'));
  onTestFinished(() => store.close());
  return store;
};

const eventsOf = (batches: readonly ScanBatch[]) => batches.flatMap(({ events }) => events);
const head = async (): Promise<bigint> => {
  const [last] = await collect(
    server.client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 }),
  );
  return last?.event?.position.commit ?? -1n;
};

/** What the official client reads behind a position, in the domain's words. */
async function readWithClient(after: bigint, types: readonly string[]): Promise<RecordedEvent[]> {
  const fromPosition = after < 0n ? ('start' as const) : { commit: after, prepare: after };
  const found: RecordedEvent[] = [];
  for (const { event } of await collect(server.client.readAll({ fromPosition }))) {
    if (!event || event.position.commit <= after || !types.includes(event.type)) continue;
    const decoded = fromWire(event, registry);
    if (decoded) found.push(decoded);
  }
  return found;
}

const metadataOf = (schemaVersion: number) => ({
  actor: { kind: 'person', id: 'ada' },
  occurredAt: '2026-11-22T10:00:00.000Z',
  schemaVersion,
  $correlationId: 'a correlation',
  $causationId: 'a cause',
});
const numbered = (count: number, type = typeA, padding = '') =>
  Array.from({ length: count }, (_, number) =>
    jsonEvent({ type, data: { number, padding }, metadata: metadataOf(3) }),
  );

const json = fc.jsonValue({ stringUnit: 'grapheme' });
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('\u2028', '"\\/\n\t', '\u0001', 'ä'.repeat(20_000), '𝒳'),
);
const goodMetadata = fc.record(
  {
    caseId: text,
    actor: fc.record({ kind: fc.constantFrom('person', 'system', 'model'), id: fc.uuid() }),
    occurredAt: fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
      .map((date) => date.toISOString()),
    schemaVersion: fc.integer({ min: 1, max: 3 }),
    $correlationId: text,
    $causationId: fc.uuid(),
    more: json,
  },
  { requiredKeys: ['actor', 'occurredAt', 'schemaVersion', '$correlationId', '$causationId'] },
);
const metadata = fc.oneof(
  { weight: 6, arbitrary: goodMetadata },
  fc.constant(undefined),
  fc.constant({}),
  fc.dictionary(fc.string(), json, { maxKeys: 3 }),
  fc.uint8Array({ minLength: 1, maxLength: 30 }),
);
const type = fc.constantFrom(typeA, typeA, typeA, typeB, `${typeA}Longer`, '$>', `Foreign${prefix}`);
const event: fc.Arbitrary<EventData> = fc
  .record({
    type,
    metadata,
    data: fc.oneof(
      { weight: 5, arbitrary: fc.dictionary(text, json, { maxKeys: 4 }) },
      fc.constant({}),
      fc.constant({ long: 'x'.repeat(200_000) }),
      fc.uint8Array({ maxLength: 300 }),
    ),
  })
  .map(({ type, metadata, data }) => {
    const options = { type, ...(metadata !== undefined && { metadata }) } as {
      type: string;
      metadata: never;
    };
    return data instanceof Uint8Array
      ? binaryEvent({ ...options, data })
      : jsonEvent({ ...options, data: data as Record<string, never> });
  });

/** Appends events a few at a time, as many as a server takes at once however large they are; gives the last's position. */
async function appendAll(stream: string, events: readonly EventData[]): Promise<bigint> {
  const most = 3; // of about 280 kB each, of which 1 MiB are taken
  let commit = -1n;
  for (let from = 0; from < events.length; from += most) {
    const { position } = await server.client.appendToStream(stream, events.slice(from, from + most));
    if (position) commit = position.commit;
  }
  return commit;
}

test('a scan gives what the official client gives, whatever is in the log, by types, from any position', async () => {
  const store = open();
  const stream = unique('scanned/ä');
  const before = await head();
  const starts = [before];
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 1, maxLength: 12 }),
      fc.subarray([typeA, typeB, '$>', '$metadata', `${typeA}Longer`], { minLength: 1 }),
      fc.nat(),
      fc.integer({ min: 1, max: 20 }),
      async (events, types, start, batchSize) => {
        // A smaller example that is tried after a failure is made of the same events: they need other ids.
        const fresh = events.map((each) => ({ ...each, id: randomUUID() }));
        const position = await appendAll(stream, fresh);
        await server.client.setStreamMetadata(stream, { maxAge: 1_000_000 + start });
        starts.push(position);
        const after = starts[start % starts.length] ?? before;
        const batches = await collect(store.scan({ after, types, batchSize }));
        const upTo = batches.at(-1)?.upTo ?? after;
        expect(upTo).toBeGreaterThanOrEqual(position);
        // Others may write on the server meanwhile.
        const expected = (await readWithClient(after, types)).filter((each) => each.position <= upTo);
        expect(eventsOf(batches)).toStrictEqual(expected);
        compared += expected.length;
        for (const batch of batches) expect(batch.events.length).toBeLessThanOrEqual(batchSize);
      },
    ),
    // What was found is told before the test's time is up, however long it takes to find a smaller example.
    { numRuns: 40, interruptAfterTimeLimit: 120_000, markInterruptAsFailure: true },
  );
  expect(compared).toBeGreaterThan(100);
});

describe('batches', () => {
  test('end at the head of the log, though its last events are of other types', async () => {
    const store = open();
    const after = await head();
    await server.client.appendToStream(unique('case'), numbered(5));
    await server.client.appendToStream(unique('case'), [
      ...numbered(20, `${typeA}Longer`),
      ...numbered(20, `Other${prefix}`),
    ]);
    const end = await head();
    const batches = await collect(store.scan({ after, types: [typeA], batchSize: 2 }));
    expect(batches.map(({ events }) => events.length)).toEqual([2, 2, 1]);
    expect(batches.at(-1)?.upTo).toBeGreaterThanOrEqual(end);
    for (const { events, upTo } of batches)
      expect(upTo).toBeGreaterThanOrEqual(events.at(-1)?.position ?? 0n);
  });

  test.each([
    ['no type is asked for', []],
    ['nobody wrote that type', [`${prefix}Never`]],
  ])('say how far the log was looked at where %s', async (_, types) => {
    const after = await head();
    await server.client.appendToStream(unique('case'), numbered(3));
    const batches = await collect(open().scan({ after, types }));
    expect(eventsOf(batches)).toEqual([]);
    expect(batches.at(-1)?.upTo).toBeGreaterThanOrEqual(after + 1n);
  });

  test('are none at all behind the head of the log', async () => {
    expect(await collect(open().scan({ after: 2n ** 62n, types: [typeA] }))).toEqual([]);
  });

  test('are bounded in bytes', async () => {
    const after = await head();
    for (let n = 0; n < 4; n++)
      await server.client.appendToStream(unique('case'), numbered(10, typeA, 'x'.repeat(20_000)));
    const batches = await collect(open().scan({ after, types: [typeA], batchBytes: 100_000 }));
    expect(batches.map(({ events }) => events.length)).toEqual(Array.from({ length: 8 }, () => 5));
  });

  test('come before the error, where an event is newer than this code', async () => {
    const after = await head();
    const newer = jsonEvent({ type: typeA, data: {}, metadata: metadataOf(4) });
    await server.client.appendToStream(unique('case'), [...numbered(3), newer, ...numbered(3)]);
    const seen: RecordedEvent[] = [];
    const scan = async () => {
      for await (const { events } of open().scan({ after, types: [typeA] })) seen.push(...events);
    };
    await expect(scan()).rejects.toThrow('Upgrade Casefold');
    expect(seen).toHaveLength(3);
  });
});

test('a small event and a very large one come whole', async () => {
  const after = await head();
  const sizes = [0, 900_000, 1, 900_000, 0];
  for (const size of sizes)
    await server.client.appendToStream(unique('case'), numbered(1, typeA, 'x'.repeat(size)));
  const events = eventsOf(await collect(open().scan({ after, types: [typeA] })));
  expect(events.map(({ data }) => (data as { padding: string }).padding.length)).toEqual(sizes);
});

/** Writes more than a scan reads ahead, at a good pace. */
async function writeMegabytes(megabytes: number): Promise<{ after: bigint; count: number }> {
  const after = await head();
  const perMegabyte = 100;
  for (let written = 0; written < megabytes; written++) {
    const events = numbered(perMegabyte, typeA, 'x'.repeat(9_000));
    await server.client.appendToStream(unique('case'), events);
  }
  return { after, count: megabytes * perMegabyte };
}

describe('a consumer', () => {
  test('that is slow has a little read ahead for it, and no more', async () => {
    const megabytes = 30;
    const { after, count } = await writeMegabytes(megabytes);
    const relay = await countingRelay(server.url);
    const options: ScanOptions = { after, types: [typeA], batchSize: 50 };
    const slow = open(relay.url).scan(options)[Symbol.asyncIterator]();
    const first = await slow.next();
    // While the consumer has the first batch in hand, the next ones are read.
    await until('something is read ahead', () => relay.received() > 3_000_000);
    // Others beside it go through all of it: the server had the time, and the first took no more.
    for (let other = 0; other < 2; other++)
      expect(eventsOf(await collect(open().scan(options)))).toHaveLength(count);
    expect(relay.received()).toBeLessThan((megabytes / 2) * 1_000_000);

    const rest = await collect({ [Symbol.asyncIterator]: () => slow });
    expect(eventsOf([first.value as ScanBatch, ...rest])).toHaveLength(count);
    expect(relay.received()).toBeGreaterThan(megabytes * 900_000);
  });

  test('that leaves takes its connection with it', async () => {
    const { after } = await writeMegabytes(1);
    const relay = await countingRelay(server.url);
    for await (const _ of open(relay.url).scan({ after, types: [typeA], batchSize: 10 })) {
      expect(relay.open()).toBe(1);
      break;
    }
    await until('the connection is closed', () => relay.open() === 0, { timeoutMs: 20_000 });
  });

  test('that aborts gets the signal’s reason at once, whatever waits to be taken', async () => {
    const { after } = await writeMegabytes(5);
    const relay = await countingRelay(server.url);
    const controller = new AbortController();
    const reason = new Error('enough');
    const options: ScanOptions = { after, types: [typeA], batchSize: 10, signal: controller.signal };
    const scan = open(relay.url).scan(options)[Symbol.asyncIterator]();
    expect((await scan.next()).done).toBe(false);
    await until('something is read ahead', () => relay.received() > 3_000_000);
    controller.abort(reason);
    await expect(scan.next()).rejects.toBe(reason);
    await until('the connection is closed', () => relay.open() === 0, { timeoutMs: 20_000 });
    await expect(collect(open().scan({ ...options, signal: AbortSignal.abort(reason) }))).rejects.toBe(
      reason,
    );
  });

  test('that aborts before the connection is made gets the reason, and nothing else', async () => {
    await server.client.appendToStream(unique('case'), numbered(3));
    const controller = new AbortController();
    const reason = new Error('enough');
    const scan = collect(open().scan({ types: [typeA], signal: controller.signal }));
    controller.abort(reason);
    await expect(scan).rejects.toBe(reason);
  });

  test('that aborts while it waits gets the reason at once', async () => {
    // The server never answers: it is no server.
    const silent = await silentServer();
    const controller = new AbortController();
    const reason = new Error('enough');
    const scan = collect(open(silent.url).scan({ types: [typeA], signal: controller.signal }));
    await until('it is connected', () => silent.open() === 1);
    controller.abort(reason);
    await expect(scan).rejects.toBe(reason);
  });
});

describe.skipIf(!canRestart)('when the server goes away', () => {
  test('in the middle, the scan says so, and another one goes on from there', async () => {
    const { after, count } = await writeMegabytes(20);
    const store = open();
    const seen: RecordedEvent[] = [];
    let at = after;
    const scan = async () => {
      for await (const { events, upTo } of store.scan({ after: at, types: [typeA], batchSize: 50 })) {
        seen.push(...events);
        at = upTo;
        if (seen.length === 100) await server.restart();
      }
    };
    await expect(scan()).rejects.toBeInstanceOf(EventStoreUnavailableError);
    expect(seen.length).toBeLessThan(count);
    await scan();
    const expected = (await readWithClient(after, [typeA])).map(({ position }) => position);
    expect(seen.map(({ position }) => position)).toEqual(expected);
  });
});

test('a server that is not there is unavailable', async () => {
  const nowhere = open('esdb://127.0.0.1:1?tls=false');
  await expect(collect(nowhere.scan({ types: [typeA] }))).rejects.toBeInstanceOf(EventStoreUnavailableError);
});
