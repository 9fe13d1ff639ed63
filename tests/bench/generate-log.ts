import type { EventStore } from '#platform/event-store';
import { type GeneratedEvent, generateEvents } from './generated-events.ts';
import { rateOf } from './measure.ts';

const writers = 64;
/** Events that are written at the same time, those of one stream together: so far a stream's events may move. */
const taken = 500;

/**
 * Writes a log of generated events: those of a stream in their order, the streams interleaved much as they were made.
 *
 * @param count how many events
 */
export async function generateLog(store: EventStore, count: number, seed = 1): Promise<number> {
  const events = generateEvents(count, seed);
  for (let block = take(events, taken); block.length > 0; block = take(events, taken)) {
    const appends = [...Map.groupBy(block, ({ stream }) => stream).entries()];
    await rateOf(appends.length, writers, async (index) => {
      const [stream, batch] = appends[index] ?? ['', []];
      const ofStream = batch.map(({ event }) => event);
      await store.append(stream, ofStream, 'any');
    });
  }
  return count;
}

function take(events: Generator<GeneratedEvent>, count: number): GeneratedEvent[] {
  const list: GeneratedEvent[] = [];
  while (list.length < count) {
    const { done, value } = events.next();
    if (done) break;
    list.push(value);
  }
  return list;
}
