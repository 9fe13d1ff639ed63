import { expect, test } from 'vitest';
import { type CacheReadModel, keyPart } from '../../read-model.ts';
import { lineageOfKey } from './lineage-of-key.ts';
import { createMemoryLog } from './memory-log.ts';
import { tallyEvents } from './tally.ts';

type Count = { readonly id: string; readonly lastPosition: string };
const byType = keyPart<Count>('type:', ({ id }) => id);
const byStream = keyPart<Count>('stream:', ({ id }) => id);
const byStreamAgain = keyPart<Count>('again:', ({ id }) => id);

/** Each event leaves its mark on its type, which many streams have, and twice on its stream. */
const model: CacheReadModel = {
  name: 'marks',
  version: 1,
  types: ['A', 'B'],
  sink: 'cache',
  parts: [byType, byStream, byStreamAgain],
  fold({ type, stream, position }, entries) {
    const lastPosition = String(position);
    entries.put(byType, { id: type, lastPosition });
    entries.put(byStream, { id: stream, lastPosition });
    entries.put(byStreamAgain, { id: stream, lastPosition });
  },
  streamsOf: (part, [key]) => (part === byType.name ? undefined : [String(key)]),
};

const events = tallyEvents(100, 5, ['A', 'B']);

function logged() {
  const { scan, scans } = createMemoryLog(events);
  const log = {
    scan,
    async *readStream(stream: string) {
      yield* events.filter((event) => event.stream === stream);
    },
  };
  return { log, scans };
}

test('the part is found by the key, and the whole log is read only if no stream can tell', async () => {
  const { log, scans } = logged();
  const own = events.filter(({ stream }) => stream === 'stream-3');
  expect(own.length).toBeGreaterThan(0);
  expect(await lineageOfKey(model, { key: ['stream-3'] }, log)).toEqual({ part: 'stream:', events: own });
  expect(scans).toEqual([]);
  const ofType = events.filter(({ type }) => type === 'A');
  expect(await lineageOfKey(model, { key: ['A'] }, log)).toEqual({ part: 'type:', events: ofType });
  expect(scans).toHaveLength(1);
});

test('where a part is named, it is looked for there and nowhere else', async () => {
  const { log } = logged();
  const again = await lineageOfKey(model, { part: 'again:', key: ['stream-3'] }, log);
  expect(again?.part).toBe('again:');
  expect(await lineageOfKey(model, { part: 'type:', key: ['stream-3'] }, log)).toBeUndefined();
  expect(await lineageOfKey(model, { key: ['nobody'] }, log)).toBeUndefined();
  await expect(lineageOfKey(model, { part: 'none', key: ['A'] }, log)).rejects.toThrow('no part');
});
