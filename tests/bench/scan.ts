import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { ANY, EventStoreDBClient } from '@eventstore/db-client';
import { documentStream } from '#domain/document/decider';
import { eventRegistry } from '#domain/registry';
import { connectEventStore } from '#platform/clients/eventstore';
import { toWire } from '#platform/clients/eventstore-wire';
import type { EventStore } from '#platform/event-store';
import { derivedId } from '#platform/ids';
import { createLogger } from '#platform/log';
import { newDataFolder } from '../support/product.ts';
import { startEngine } from './bench-engine.ts';
import type { Benchmark } from './benchmark.ts';
import { median, perSecond, rateOf, timed, times } from './measure.ts';

const events = 200_000;
const eventsInAppend = 500;
const rounds = 3;
/** One event in so many is of the type that the sparse scan asks for. */
const sparse = 20;

/**
 * Reads one log of small events in three ways: with the unmodified client, which is what there is to beat, with the scan
 * that rebuilds read from, and with that scan where few events are wanted. In turns, so that all meet the same machine.
 */
export const scan: Benchmark = async () => {
  const folder = newDataFolder();
  const engine = await startEngine('eventstore', folder);
  const client = EventStoreDBClient.connectionString(engine.url);
  const store = connectEventStore(engine.url, eventRegistry, createLogger('scan', 'warn'));
  try {
    await writeSmallEvents(client);
    const ways = {
      bare: () => count(client.readAll()),
      scan: () => countScanned(store, Object.keys(eventRegistry)),
      sparse: () => countScanned(store, ['DocumentTagged']),
    };
    const seconds = { bare: [] as number[], scan: [] as number[], sparse: [] as number[] };
    // The first round loads and compiles.
    for (let round = 0; round <= rounds; round++) {
      for (const [way, read] of Object.entries(ways) as [keyof typeof ways, () => Promise<number>][]) {
        const { result, seconds: taken } = await timed(read);
        const expected = way === 'sparse' ? events / sparse : events;
        if (result < expected) throw new Error(`${way} read ${result} of ${expected} events.`);
        if (round > 0) seconds[way].push(taken);
      }
    }
    const rate = (way: keyof typeof ways) => events / median(seconds[way]);
    const against = (way: keyof typeof ways) => times(rate(way) / rate('bare'), 'bare readAll');
    return [
      {
        name: `readAll, bare client, ${events} small events`,
        figure: perSecond(rate('bare'), 'events'),
        ratio: 'what there is to beat',
      },
      {
        name: 'Scan, decoded and checked',
        figure: perSecond(rate('scan'), 'events'),
        ratio: against('scan'),
      },
      {
        name: `Scan for one event in ${sparse}`,
        figure: perSecond(rate('sparse'), 'events passed'),
        ratio: against('sparse'),
      },
    ];
  } finally {
    await store.close();
    await client.dispose();
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

async function count(source: AsyncIterable<unknown>): Promise<number> {
  let found = 0;
  for await (const _ of source) found++;
  return found;
}

async function countScanned(store: EventStore, types: readonly string[]): Promise<number> {
  let found = 0;
  for await (const batch of store.scan({ types })) found += batch.events.length;
  return found;
}

/** People like and tag documents: under 600 bytes an event, metadata and all. */
function writeSmallEvents(client: EventStoreDBClient): Promise<number> {
  const actor = { kind: 'person', id: 'owner' } as const;
  const occurredAt = '2026-01-01T12:00:00.000Z';
  return rateOf(events / eventsInAppend, 8, (append) => {
    const caseId = derivedId('bench-case', String(append % 20));
    const documentId = derivedId('bench-document', String(append));
    const batch = Array.from({ length: eventsInAppend }, (_, index) => {
      const id = randomUUID();
      const metadata = { caseId, actor, correlationId: id, causationId: id, occurredAt };
      const ids = { documentId, caseId };
      return index % sparse === 0
        ? toWire(
            { id, type: 'DocumentTagged', data: { ...ids, tags: ['reviewed'] }, metadata },
            eventRegistry,
          )
        : toWire(
            { id, type: 'DocumentLiked', data: { ...ids, userId: `user-${index}` }, metadata },
            eventRegistry,
          );
    });
    return client.appendToStream(documentStream(documentId), batch, { expectedRevision: ANY });
  });
}
