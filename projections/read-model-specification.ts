import type { RecordedEvent } from '#domain/event';
import { recommendationEvents } from '#domain/recommendation/events';
import type { CasefoldEvent } from '#domain/registry';
import type { Part } from './entries.ts';
import type { ReadModel } from './read-model.ts';
import { foldBatch } from './runner/fold-batch.ts';
import { createInMemoryEntries } from './runner/in-memory-entries.ts';

/** What a read model holds, by the names of its parts; each in the order of its keys. */
export type Content = Readonly<Record<string, readonly object[]>>;

/**
 * Folds events, in the order they are given, in batches of the given sizes (the last of which goes on), over entries in
 * memory.
 *
 * @throws whatever a fold throws
 */
export async function contentOf(
  model: ReadModel,
  events: readonly RecordedEvent[],
  sizes: readonly number[] = [Number.POSITIVE_INFINITY],
): Promise<Content> {
  const held = createInMemoryEntries(model.parts);
  const ours = events.filter(({ type }) => model.types.includes(type));
  for (let start = 0, batch = 0; start < ours.length; batch++) {
    const end = start + (sizes[batch] ?? sizes.at(-1) ?? 1);
    const { changes, failed } = await foldBatch(model, ours.slice(start, end), held.load);
    if (failed) throw failed.error;
    held.apply(changes);
    start = end;
  }
  return Object.fromEntries(model.parts.map((part: Part) => [part.name, held.entries(part)]));
}

/** Where an event lies, if not in the stream of its document, case or person, and when it was taken in. */
export type Place = { readonly stream?: string; readonly created?: Date };

/** Gives events their places in a log, at positions 0, 10, 20 …, as the write side would record them. */
export function recorded(events: readonly (CasefoldEvent & Place)[]): RecordedEvent<CasefoldEvent>[] {
  const revisions = new Map<string, bigint>();
  return events.map(({ stream = streamOf, created = new Date(Date.UTC(2026, 0, 1)), ...event }, index) => {
    const name = typeof stream === 'string' ? stream : stream(event);
    const revision = revisions.get(name) ?? 0n;
    revisions.set(name, revision + 1n);
    const { caseId } = event.data as { caseId?: string };
    return {
      ...event,
      id: `e${index}`,
      stream: name,
      revision,
      position: BigInt(index * 10),
      created,
      metadata: {
        ...(caseId && { caseId }),
        actor: { kind: 'person', id: 'ada' },
        correlationId: `c${index}`,
        causationId: `c${index}`,
        schemaVersion: 1,
        occurredAt: '2026-01-01T00:00:00.000Z',
      },
    };
  });
}

function streamOf({ type, data }: CasefoldEvent): string {
  if (type in recommendationEvents && 'userId' in data && 'caseId' in data)
    return `recommendation-${data.userId}+${data.caseId}`;
  if ('questionId' in data) return `question-${data.questionId}`;
  if ('reportId' in data) return `report-${data.reportId}`;
  if ('notificationId' in data) return `notification-${data.notificationId}`;
  if ('insightId' in data) return `insight-${data.userId}`;
  if ('documentId' in data) return `document-${data.documentId}`;
  if ('userId' in data) return `behaviour-${data.userId}+2026-01-01`;
  if ('caseId' in data) return `case-${data.caseId}`;
  throw new Error('An event without a stream.');
}
