import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import type { ReportEvent } from '#domain/report/events';

type EventOf<Type extends DocumentEvent['type']> = RecordedEvent<Extract<DocumentEvent, { type: Type }>>;
type CompletedReport = RecordedEvent<Extract<ReportEvent, { type: 'ReportCompleted' }>>;
/** A text with its passages: of a document, or of a report, which is found in the same way. */
export type ExtractedEvent = EventOf<'DocumentTextExtracted'> | CompletedReport;
/** The events that say what a text is: each takes the place of all of the same document or report before it. */
export type TextEvent = ExtractedEvent | EventOf<'DocumentWithdrawn'>;
export const textEventTypes = ['DocumentTextExtracted', 'DocumentWithdrawn', 'ReportCompleted'] as const;

/** Under which id the passages of a text lie: its document's, or its report's. */
export const textIdOf = ({ data }: TextEvent): string =>
  'reportId' in data ? data.reportId : data.documentId;

/**
 * What extractions come to, where content has to be read. Only the last text event of each document in the batch is
 * looked into: an extraction before it is void, and gets the content of a withdrawn document.
 *
 * @param nothing what a document comes to that has no text
 * @param concurrency how many extractions are looked into at a time
 * @returns content by the id of the event, for every extraction
 */
export async function prepareLast<Content>(
  events: readonly RecordedEvent[],
  nothing: Content,
  contentOf: (event: ExtractedEvent) => Promise<Content>,
  concurrency: number,
): Promise<ReadonlyMap<string, Content>> {
  const prepared = new Map<string, Content>();
  const last = new Map<string, TextEvent>();
  for (const event of events as readonly TextEvent[]) {
    if (isExtracted(event)) prepared.set(event.id, nothing);
    last.set(textIdOf(event), event);
  }
  const waiting = last.values().filter(isExtracted);
  const work = async () => {
    for (const event of waiting) prepared.set(event.id, await contentOf(event));
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, last.size) }, work));
  return prepared;
}

/** A string takes one byte or two for each character, and about as much again on its way to the store. */
const bytesPerCharacter = 4;
/** A row's other columns, and its key. */
const bytesPerPassage = 500;

/**
 * Bytes, about, that an extraction takes once its passages are in memory.
 *
 * @param bytesBeside of each passage: what is kept beside its text
 */
export function weightOfText(event: RecordedEvent, bytesBeside = 0): number {
  const recorded = event as TextEvent;
  if (!isExtracted(recorded)) return 0;
  const { text, structure } = recorded.data;
  return bytesPerCharacter * text.characters + (bytesPerPassage + bytesBeside) * structure.passages;
}

/**
 * What an event leaves of its document.
 *
 * @throws {Error} for an extraction that was not prepared: without its content it cannot be folded
 */
export function preparedContent<Content>(event: RecordedEvent, prepared: unknown, nothing: Content): Content {
  if (!isExtracted(event as TextEvent)) return nothing;
  if (prepared === undefined) throw new Error(`The content of event ${event.id} was not prepared.`);
  return prepared as Content;
}

const isExtracted = (event: TextEvent): event is ExtractedEvent => event.type !== 'DocumentWithdrawn';
