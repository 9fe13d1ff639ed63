import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { entriesUpTo, type RecordedBehaviour } from '#commands/reactors/entries-up-to';
import { behaviourStream } from '#domain/behaviour/decider';
import { eventRegistry } from '#domain/registry';
import { connectEventStore } from '#platform/clients/eventstore';
import type { EventStore } from '#platform/event-store';
import { createLogger } from '#platform/log';
import { collect, contractServer } from './server.ts';

/** What a person did on a day of very many events. */
const server = contractServer();
const length = 1200;
const caseId = 'c';

test('what was done last is found without reading all of a busy day', async () => {
  const log = connectEventStore(server.url, eventRegistry, createLogger('contract', 'silent'));
  onTestFinished(() => log.close());
  const userId = randomUUID();
  const stream = behaviourStream(userId, '2026-01-01');
  const query = (number: number) => ({
    action: 'searched',
    caseId,
    query: String(number),
    occurredAt: '2026-01-01T10:00:00.000Z',
  });
  for (let first = 0; first < length; first += 300) {
    const batch = Array.from({ length: 300 }, (_, index) => ({
      id: randomUUID(),
      type: 'BehaviourRecorded',
      data: { userId, caseId, entries: [query(first + index)] },
      metadata: {
        caseId,
        actor: { kind: 'person', id: userId } as const,
        correlationId: 'a correlation',
        causationId: 'a cause',
        occurredAt: '2026-01-01T10:00:00.000Z',
      },
    }));
    await log.append(stream, batch, 'any');
  }
  let read = 0;
  const counted: Pick<EventStore, 'readStream'> = {
    async *readStream(name, from) {
      for await (const each of log.readStream(name, from)) {
        read++;
        yield each;
      }
    },
  };
  const events = (await collect(log.readStream(stream))) as unknown as RecordedBehaviour[];
  const at = async (revision: number) => {
    const event = events[revision];
    if (!event) throw new Error(`There is no event ${revision}.`);
    return (await entriesUpTo(counted, event, caseId)).map((entry) => Number(entry.query));
  };
  expect(await at(length - 1)).toEqual(Array.from({ length: 500 }, (_, index) => length - 500 + index));
  expect(read).toBe(500);
  expect(await at(3)).toEqual([0, 1, 2, 3]);
});
