import { expect, test } from 'vitest';
import type { RecordedEvent } from '#domain/event';
import { type CacheReadModel, keyPart } from '../../read-model.ts';
import { eventsThatShaped, type LineageLog } from './lineage.ts';
import { createMemoryLog } from './memory-log.ts';
import { tallyEvents, tallyModel } from './tally.ts';

const model = tallyModel('tally', ['A', 'B']);

function logOf(events: readonly RecordedEvent[], skipped?: ReadonlySet<string>) {
  const { scan, scans } = createMemoryLog(events);
  const log: LineageLog = {
    scan,
    async *readStream(stream) {
      yield* events.filter((event) => event.stream === stream);
    },
    ...(skipped && { skipped }),
  };
  return { log, scans };
}

const positions = (events: readonly RecordedEvent[]) => events.map(({ position }) => position);

test('an entry was shaped by the events of its stream that the read model takes', async () => {
  const events = tallyEvents(2000, 20);
  const { log, scans } = logOf(events);
  const expected = events.filter(({ stream, type }) => stream === 'stream-4' && type !== 'C');
  const entry = { part: 'tally:', key: ['stream-4'] };
  expect(await eventsThatShaped(model, entry, log)).toEqual(expected);
  expect(scans).toEqual([]);
  const { streamsOf: _, ...unaware } = model;
  expect(await eventsThatShaped(unaware, entry, log)).toEqual(expected);
  expect(scans).toHaveLength(1);
  expect(await eventsThatShaped(model, { ...entry, key: ['no-such'] }, log)).toEqual([]);
  await expect(eventsThatShaped(model, { ...entry, part: 'other' }, log)).rejects.toThrow('no part');
});

test('what cannot be folded has shaped nothing, nor what follows it in its stream, nor what was skipped', async () => {
  const events = tallyEvents(400, 4, ['A']).map((event) => ({
    ...event,
    data: { poison: event.position === 300n },
  }));
  const entry = { part: 'tally:', key: [events[100]?.stream ?? ''] };
  const own = events.filter(({ stream }) => stream === entry.key[0]);
  expect(positions(await eventsThatShaped(model, entry, logOf(events).log))).toEqual(
    positions(own.filter(({ position }) => position < 300n)),
  );
  const skipped = new Set(['300']);
  expect(positions(await eventsThatShaped(model, entry, logOf(events, skipped).log))).toEqual(
    positions(own.filter(({ position }) => position !== 300n)),
  );
});

type Passage = { readonly id: string; readonly owner: string; readonly lastPosition: string };
const passage = {
  ...keyPart<Passage>('passage:', ({ id }) => id),
  ownerOf: ({ owner }: Passage) => owner,
};
/** Each event gives its stream the passages that it names. */
const passages: CacheReadModel = {
  name: 'passages',
  version: 1,
  types: ['A'],
  sink: 'cache',
  parts: [passage],
  fold({ stream, data, position }, entries) {
    const { ids } = data as { ids: string[] };
    entries.replace(
      passage,
      stream,
      ids.map((id) => ({ id, owner: stream, lastPosition: String(position) })),
    );
  },
};

test.each(['folded', 'prepared'])(
  'an entry that is replaced with its owner was shaped by what took it away (%s)',
  async (way) => {
    const ids = [['p'], ['p', 'q'], ['q'], ['p'], []];
    const events = tallyEvents(5, 1, ['A']).map((event, index) => ({ ...event, data: { ids: ids[index] } }));
    const readModel = way === 'folded' ? passages : { ...passages, prepare: async () => new Map() };
    const { log } = logOf(events);
    const shaped = async (key: string, owner?: string) =>
      positions(
        await eventsThatShaped(readModel, { part: 'passage:', key: [key], ...(owner && { owner }) }, log),
      );
    expect(await shaped('p')).toEqual([0n, 3n, 6n, 9n, 12n]);
    expect(await shaped('q')).toEqual([3n, 6n, 9n, 12n]);
    expect(await shaped('r')).toEqual([]);
    expect(await shaped('r', 'stream-0')).toEqual([0n, 3n, 6n, 9n, 12n]);
  },
);
