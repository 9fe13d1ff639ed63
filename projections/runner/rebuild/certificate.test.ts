import { expect, test } from 'vitest';
import type { RecordedEvent } from '#domain/event';
import { certificateSchema } from '#domain/projection/certificate';
import { createInMemoryParking, createInMemoryStore } from '../testing/in-memory-store.ts';
import { type CertifyOptions, certify, comparisonFor } from './certificate.ts';
import { codeRevision } from './code-revision.ts';
import { compareGenerations } from './compare.ts';
import { createFillControl } from './control.ts';
import { countLog, inBatches } from './count-log.ts';
import { fillGenerations } from './fill.ts';
import { createMemoryLog } from './memory-log.ts';
import { ReconciliationError } from './reconcile.ts';
import { tallyEvents, tallyModel } from './tally.ts';

const { signal } = new AbortController();
const model = tallyModel('tally', ['A', 'B', 'D']);
const skipped = new Set(['30']);
const upTo = 1797n;
const events = tallyEvents(600, 20).map((event, index) =>
  index === 204 ? { ...event, data: { poison: true } } : event,
);

async function* all(from: readonly RecordedEvent[]) {
  yield* from;
}

const countAll = (from: readonly RecordedEvent[] = events) =>
  countLog(inBatches(all(from), 70), { types: model.types, after: -1n, upTo, positions: skipped });

async function rebuilt(partitions = 1, from: readonly RecordedEvent[] = events): Promise<CertifyOptions> {
  const store = createInMemoryStore(model);
  const parking = createInMemoryParking();
  const generation = await store.create({ version: 3, state: 'building', partitions });
  const fences = new Map(Array.from({ length: partitions }, (_, partition) => [partition, 1n] as const));
  const target = {
    model,
    store,
    parking,
    ...generation,
    fences,
    skipped: () => skipped,
    control: createFillControl(),
  };
  await fillGenerations({
    scan: createMemoryLog(from).scan,
    targets: [target],
    signal,
    delay: async () => {},
  });
  // The log has gone on meanwhile.
  const counts = await countAll(tallyEvents(650, 20));
  return {
    model,
    store,
    parking,
    generation,
    upTo,
    counts,
    skipped,
    codeRevision: 'sha256:1',
    seconds: 2,
    signal,
  };
}

test.each([1, 3])('a certificate accounts for every event, of %i partitions', async (partitions) => {
  const certificate = await certify(await rebuilt(partitions));
  expect(certificateSchema.parse(certificate)).toEqual(certificate);
  const { eventsInLog, eventsApplied, eventsSkipped, eventsParked, entries } = certificate;
  expect(eventsInLog).toEqual({ A: 200, B: 200, D: 0 });
  expect(eventsSkipped).toEqual({ B: 1 });
  const parked = Object.values(eventsParked).reduce((sum, each) => sum + each, 0);
  expect(parked).toBeGreaterThan(5);
  for (const type of ['A', 'B'])
    expect((eventsApplied[type] ?? 0) + (eventsSkipped[type] ?? 0) + (eventsParked[type] ?? 0)).toBe(200);
  expect(entries).toEqual({ 'tally:': 20 });
});

test('events that are missing, or were folded twice, are named', async () => {
  const less = await rebuilt(
    1,
    events.filter(({ position }) => position !== 300n),
  );
  await expect(certify(less)).rejects.toThrow(ReconciliationError);
  await expect(certify(less)).rejects.toThrow(
    /^tally does not hold what the log holds\. ([AB]): 200 in the log, \d+ applied, \d+ skipped, \d+ parked \(1 missing\)\.$/,
  );
  const more = {
    ...(await rebuilt()),
    counts: await countAll(events.filter(({ position }) => position !== 300n)),
  };
  await expect(certify(more)).rejects.toThrow('(1 too many)');
});

test('a generation that is not where it should be gets no certificate', async () => {
  await expect(certify({ ...(await rebuilt()), upTo: 1800n })).rejects.toThrow('is at 1797, not at 1800');
});

test('the events that shaped what differs are told', async () => {
  const { store, generation: before } = await rebuilt();
  const after = await store.create({ version: 3, state: 'building', partitions: 1 });
  const fewer = events.filter(({ position }) => position !== 3n);
  await fillGenerations({
    scan: createMemoryLog(fewer).scan,
    signal,
    delay: async () => {},
    targets: [
      {
        model,
        store,
        parking: createInMemoryParking(),
        ...after,
        fences: new Map([[0, 1n]]),
        skipped: () => skipped,
        control: createFillControl(),
      },
    ],
  });
  const comparison = await compareGenerations({
    model,
    store,
    before,
    after,
    signal,
    freeze: (work) => work(upTo),
  });
  const log = {
    scan: createMemoryLog(events).scan,
    readStream: (stream: string) => all(events.filter((event) => event.stream === stream)),
    skipped,
  };
  const certified = comparison.digests.after ?? '';
  const told = await comparisonFor(model, before, comparison, certified, log);
  expect(told.digest).toBe(comparison.digests.before);
  // One that was certified before more was added has another digest, and nothing is to be held against it.
  expect(await comparisonFor(model, before, comparison, 'of before', log)).not.toHaveProperty('digest');
  // Nor against one that was read a moment behind, and was equal in the end.
  const caughtUp = { ...comparison, equal: true, differing: 0, differences: [] };
  expect(await comparisonFor(model, before, caughtUp, certified, log)).not.toHaveProperty('digest');
  const missing = events[1] as RecordedEvent;
  expect(told).toMatchObject({ equal: false, differing: 1, position: '1797' });
  expect(told.differences).toHaveLength(1);
  expect(told.differences[0]).toMatchObject({ part: 'tally:', key: [missing.stream], kind: 'different' });
  expect(told.differences[0]?.events).toContainEqual({
    position: '3',
    type: missing.type,
    eventId: missing.id,
    stream: missing.stream,
  });
});

test('the revision of the code names its sources and its commit, and is the same each time', async () => {
  const revision = await codeRevision();
  expect(revision).toMatch(/^sha256:[0-9a-f]{64}( commit:[0-9a-f]{40})?$/);
  expect(await codeRevision()).toBe(revision);
});
