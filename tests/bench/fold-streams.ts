import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { RecordRecommendations } from '#domain/recommendation/commands';
import { recommendationDecider, recommendationStream } from '#domain/recommendation/decider';
import { eventRegistry } from '#domain/registry';
import { connectEventStore } from '#platform/clients/eventstore';
import type { EventStore } from '#platform/event-store';
import { handleCommand } from '#platform/handle-command';
import { createLogger } from '#platform/log';
import { newDataFolder } from '../support/product.ts';
import { startEngine } from './bench-engine.ts';
import type { Benchmark } from './benchmark.ts';
import { median, milliseconds, timed, times } from './measure.ts';

/** Lists recorded for somebody who has looked around a little, and for somebody who works in a case for months. */
const lengths = [100, 1000, 4000];
const calls = 15;
/** Documents on a list. */
const listLength = 10;

/**
 * How long it takes to record another list of recommendations for somebody who has many already, against a decider whose
 * stream is read from its beginning each time: that grows with the stream, and all of them together with its square.
 */
export const foldStreams: Benchmark = async () => {
  const folder = newDataFolder();
  const engine = await startEngine('eventstore', folder);
  const store = connectEventStore(engine.url, eventRegistry, createLogger('fold-streams', 'warn'));
  try {
    const figures: { events: number; whole: number; onwards: number }[] = [];
    for (const events of lengths) {
      const caseId = randomUUID();
      await fill(store, caseId, events);
      // A decider that is another object each time is not known again.
      const whole = await recording(store, caseId, () => ({ ...recommendationDecider }));
      const onwards = await recording(store, caseId, () => recommendationDecider);
      figures.push({ events, whole, onwards });
    }
    const [shortest] = figures;
    return figures.flatMap(({ events, whole, onwards }) => [
      {
        name: `Record a list behind ${events} others, stream read whole`,
        figure: milliseconds(whole),
        ratio: times(whole / (shortest?.whole ?? whole), `behind ${lengths[0]}`),
      },
      {
        name: `Record a list behind ${events} others, as it is done`,
        figure: milliseconds(onwards),
        ratio: `${times(onwards / whole, 'stream read whole')}, ${times(onwards / (shortest?.onwards ?? onwards), `behind ${lengths[0]}`)}`,
      },
    ]);
  } finally {
    await store.close();
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

async function fill(store: EventStore, caseId: string, events: number): Promise<void> {
  const stream = recommendationStream('ada', caseId);
  for (let written = 0; written < events; written += 100) {
    const batch = Array.from({ length: Math.min(100, events - written) }, (_, index) => {
      const { type: _type, ...data } = listOf(caseId, written + index);
      return { id: randomUUID(), type: 'RecommendationsGenerated', data, metadata: contextOf(caseId) };
    });
    await store.append(stream, batch, 'any');
  }
}

/** Milliseconds of a command, at the median; the first one, which has everything to read, is left out. */
async function recording(
  store: EventStore,
  caseId: string,
  deciderOf: () => typeof recommendationDecider,
): Promise<number> {
  const stream = recommendationStream('ada', caseId);
  const taken: number[] = [];
  for (let call = 0; call <= calls; call++) {
    const command = listOf(caseId, 1_000_000 + call);
    const context = { ...contextOf(caseId), commandId: randomUUID() };
    const { result, seconds } = await timed(() =>
      handleCommand(store, deciderOf(), stream, command, context),
    );
    if (result.written !== 1) throw new Error(`${result.written} lists were recorded.`);
    if (call > 0) taken.push(seconds * 1000);
  }
  return median(taken);
}

/** A list as it comes, of ten documents with a reason or two; each number another. */
const listOf = (caseId: string, number: number): RecordRecommendations => ({
  type: 'RecordRecommendations',
  userId: 'ada',
  caseId,
  upTo: '2000000',
  recommendations: Array.from({ length: listLength }, (_, index) => ({
    documentId: `document-${index}`,
    caseId,
    fileName: `Letter ${index}.pdf`,
    score: 1 / (index + 1),
    reasons: [
      { kind: 'similar' as const, words: `Its text is like that of “Lease ${number}”`, documentId: 'lease' },
      { kind: 'shared-topic' as const, words: 'It is about leases too', topic: 'lease' },
    ],
  })),
  provenance: {
    model: { name: 'casefold-recommender', version: '1', digest: 'd'.repeat(64), kind: 'built-in' },
    parameters: {},
    inputs: [],
  },
});

const contextOf = (caseId: string) => ({
  caseId,
  actor: { kind: 'model', id: 'casefold-recommender' } as const,
  correlationId: 'a correlation',
  causationId: 'a cause',
  occurredAt: new Date().toISOString(),
});
