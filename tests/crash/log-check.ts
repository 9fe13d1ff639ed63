import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import type { CasefoldEvent } from '#domain/registry';
import type { EventStore } from '#platform/event-store';
import { derivedId } from '#platform/ids';
import { type Acknowledged, writesIn } from './acknowledged.ts';

type LogEvent = RecordedEvent & CasefoldEvent;

/** What a reactor makes of an event, and the stage it does that in. */
const reactions: Readonly<
  Record<string, { readonly effect: DocumentEvent['type']; readonly stage: string }>
> = {
  DocumentUploaded: { effect: 'DocumentTextExtracted', stage: 'extracting' },
  DocumentTextExtracted: { effect: 'DocumentAnalysed', stage: 'analysing' },
  DocumentAnalysed: { effect: 'SimilarDocumentsFound', stage: 'linking' },
};

/** What a log says, and what is wrong with it. */
export type LogFindings = {
  readonly wrong: readonly string[];
  /** Events of each case. */
  readonly events: ReadonlyMap<string, number>;
  /** The tags each document has in the end. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
};

/**
 * Reads the whole log and says what is wrong with it: an acknowledged write that is missing, doubled, or not where it
 * was said to be; an event that is there twice; a gap in a stream; an effect of a reactor that is missing, doubled, or
 * whose id does not follow from its cause, so that a second run would have written another.
 */
export async function checkLog(store: EventStore, { writes, documents }: Acknowledged): Promise<LogFindings> {
  const wrong: string[] = [];
  const ids = new Set<string>();
  const revisions = new Map<string, bigint>();
  const found = new Map<string, bigint[]>();
  const causes: LogEvent[] = [];
  const effects = new Map<string, LogEvent[]>();
  const events = new Map<string, number>();
  const tags = new Map<string, readonly string[]>();
  let position = -1n;

  for await (const recorded of store.readAll()) {
    const event = recorded as LogEvent;
    if (ids.has(event.id)) wrong.push(`${nameOf(event)} is in the log twice`);
    ids.add(event.id);
    if (event.position <= position) wrong.push(`${nameOf(event)} is out of order in the log`);
    position = event.position;
    const expected = (revisions.get(event.stream) ?? -1n) + 1n;
    if (event.revision !== expected) wrong.push(`${nameOf(event)} follows revision ${expected - 1n}`);
    revisions.set(event.stream, event.revision);

    for (const write of writesIn(event)) found.set(write, [...(found.get(write) ?? []), event.position]);
    if (event.type in reactions) causes.push(event);
    const { causationId, caseId } = event.metadata;
    effects.set(causationId, [...(effects.get(causationId) ?? []), event]);
    if (caseId) events.set(caseId, (events.get(caseId) ?? 0) + 1);
    if (event.type === 'DocumentTagged') tags.set(event.data.documentId, event.data.tags);
    if (event.type === 'DocumentProcessingFailed') {
      wrong.push(`${nameOf(event)}: ${event.data.reason}, ${event.data.message}`);
    }
    if (event.type === 'DocumentUploaded' && !documents.has(event.data.documentId)) {
      wrong.push(`${nameOf(event)} was sent by nobody`);
    }
  }

  for (const [write, at] of writes) {
    const places = found.get(write) ?? [];
    if (places.length === 0) wrong.push(`${write} was acknowledged and is not in the log`);
    else if (places.length > 1) wrong.push(`${write} is in the log ${places.length} times`);
    else if (places[0] !== at) wrong.push(`${write} was acknowledged at ${at} and is at ${places[0]}`);
  }
  for (const cause of causes) wrong.push(...wrongEffects(cause, effects.get(cause.id) ?? []));
  return { wrong, events, tags };
}

function* wrongEffects(cause: LogEvent, followed: readonly LogEvent[]): Generator<string> {
  const reaction = reactions[cause.type];
  if (!reaction) return;
  const { effect, stage } = reaction;
  const ours = followed.filter(({ type }) => type === effect);
  if (ours.length !== 1) yield `${nameOf(cause)} led to ${ours.length} ${effect}`;
  const commandId = derivedId('reaction', stage, cause.id, '');
  for (const event of ours) {
    // The decider refuses a stage that is over as well; only the id shows whether this guard stands, too.
    if (event.id === derivedId('event', commandId, event.stream, '0')) continue;
    yield `the id of ${nameOf(event)} does not follow from its cause`;
  }
}

const nameOf = ({ type, stream, revision }: RecordedEvent): string => `${type} ${revision}@${stream}`;
