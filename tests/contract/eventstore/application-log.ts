import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { connectEventStore } from '#platform/clients/eventstore';
import type { EventStore, NewEvent } from '#platform/event-store';
import { createLogger } from '#platform/log';
import { unique } from './server.ts';

const dataSchema = z.object({ number: z.number() });
const definition = { version: 1, schema: dataSchema };

/**
 * The log as the application sees it, through a client of its own that knows two event types nobody else writes. The
 * name of the second begins with that of the first: the server filters by how a name begins, the application by all of it.
 *
 * @param type the first of them; another client's, to share them with it
 */
export function openLog(url: string, type: string = unique('Counted').replace('-', '')) {
  const longerType = `${type}Differently`;
  const registry = { [type]: definition, [longerType]: definition };
  const store: EventStore = connectEventStore(url, registry, createLogger('contract', 'silent'));
  onTestFinished(() => store.close());
  /** An event about to be written; with the id of another it is that event again. */
  const event = (number: number, ofType = type, id: string = randomUUID()): NewEvent => ({
    id,
    type: ofType,
    data: { number },
    metadata: {
      actor: { kind: 'person', id: 'ada' },
      correlationId: 'a correlation',
      causationId: 'a cause',
      occurredAt: '2026-11-22T10:00:00.000Z',
    },
  });
  return { store, type, longerType, event };
}

/** The numbers in the data of events made by {@link openLog}. */
export const numberOf = ({ data }: { readonly data: unknown }): number => dataSchema.parse(data).number;

/** The next `count` of an endless source; leaves it then. */
export async function next<Item>(source: AsyncIterable<Item>, count: number): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of source) if (items.push(item) === count) break;
  return items;
}
