import type { RecordedEvent } from '#domain/event';
import { type Entries, type EntryKey, keyText, type Part, type Touch } from '../../entries.ts';
import type { ReadModel } from '../../read-model.ts';
import { type FoldedBatch, foldBatch, unpreparableEvent } from '../fold-batch.ts';
import { createInMemoryEntries } from '../in-memory-entries.ts';
import type { Scan } from './target.ts';

/** An entry whose history is wanted. */
export type WantedEntry = {
  /** Name of the part. */
  readonly part: string;
  readonly key: EntryKey;
  /** Whom it belongs to, for one that never was: why it is not there. */
  readonly owner?: string;
};

export type LineageLog = {
  readonly scan: Scan;
  readStream(stream: string): AsyncIterable<RecordedEvent>;
  readonly signal?: AbortSignal;
  /** Positions of events that were passed over. */
  readonly skipped?: ReadonlySet<string>;
};

/** The events that put an entry, deleted it, or replaced all of its owner's, in log order. */
export async function eventsThatShaped(
  model: ReadModel,
  entry: WantedEntry,
  log: LineageLog,
): Promise<readonly RecordedEvent[]> {
  const [events = []] = await eventsThatShapedEach(model, [entry], log);
  return events;
}

/** Events folded at a time. */
const batchSize = 500;

/**
 * Of several entries at a time, from one look through the log: folds the events that may have shaped them as the read
 * model does, in memory, and sees which of them touch each. An event that cannot be folded has shaped nothing, nor has
 * what follows it in its stream: all that is parked.
 *
 * Where only the whole log can tell, the memory it takes is that of the read model.
 *
 * @returns in the order of `wanted`
 * @throws {Error} for a part that is none of the read model's
 */
export async function eventsThatShapedEach(
  model: ReadModel,
  wanted: readonly WantedEntry[],
  log: LineageLog,
): Promise<readonly (readonly RecordedEvent[])[]> {
  const parts: readonly Part[] = model.parts;
  const watches = wanted.map((entry) => watchFor(parts, entry));
  const entries = createInMemoryEntries(parts);
  const parked = new Set<string>();
  const watched = createWatchedModel(model, watches);
  // Of events that are prepared together, one may leave out what a later one makes void: here each one counts.
  const size = model.prepare ? 1 : (model.batchSize ?? batchSize);
  const skip = ({ position, stream }: RecordedEvent) =>
    parked.has(stream) || (log.skipped?.has(String(position)) ?? false);

  async function fold(events: readonly RecordedEvent[]): Promise<void> {
    const load: Parameters<typeof foldBatch>[2] = (needs) => entries.load(needs);
    const options = { skip, touch: watched.touch };
    const { changes, failed } = await foldBatch(watched.model, events, load, options).catch(unprepared);
    entries.apply(changes);
    if (!failed) return;
    for (const { events: found } of watches) found.delete(failed.event.position);
    parked.add(failed.event.stream);
    await fold(events.filter(({ position }) => position > failed.event.position));
  }

  let batch: RecordedEvent[] = [];
  for await (const event of candidates(model, wanted, log)) {
    batch.push(event);
    if (batch.length < size) continue;
    await fold(batch);
    batch = [];
  }
  await fold(batch);
  return watches.map(({ events }) => [...events.values()]);
}

/** An event whose content cannot be had is as one that cannot be folded. */
function unprepared(error: unknown): Pick<FoldedBatch, 'changes' | 'failed'> {
  const event = unpreparableEvent(error);
  if (!event) throw error;
  return { changes: [], failed: { event, error } };
}

/** What is known of one entry so far. */
type Watch = {
  readonly part: string;
  readonly key: string;
  /** Whose it was at some time: what replaces theirs takes it away, or puts it anew. */
  readonly owners: Set<string>;
  readonly events: Map<bigint, RecordedEvent>;
};

function watchFor(parts: readonly Part[], { part, key, owner }: WantedEntry): Watch {
  if (!parts.some(({ name }) => name === part)) throw new Error(`"${part}" is no part of this projection.`);
  return { part, key: keyText(key), owners: new Set(owner === undefined ? [] : [owner]), events: new Map() };
}

/** The read model, and a touch that knows which of its events is being folded. */
function createWatchedModel(model: ReadModel, watches: readonly Watch[]) {
  let current: RecordedEvent | undefined;
  const touched = (part: Part, isMeant: (watch: Watch) => boolean) => {
    for (const watch of watches)
      if (current && watch.part === part.name && isMeant(watch)) watch.events.set(current.position, current);
  };
  const touch: Touch = {
    entry: (part, key) => touched(part, (watch) => watch.key === keyText(key)),
    owner: (part, owner) => touched(part, ({ owners }) => owners.has(owner)),
  };
  const watched: ReadModel = {
    ...model,
    fold(event, entries, prepared) {
      current = event;
      const seeing: Entries = {
        ...entries,
        replace(part, owner, own) {
          entries.replace(part, owner, own);
          const keys = new Set(own.map((entry) => keyText(part.keyOf(entry))));
          for (const watch of watches)
            if (watch.part === part.name && keys.has(watch.key)) watch.owners.add(owner);
        },
      };
      model.fold(event, seeing, prepared);
    },
  };
  return { model: watched, touch };
}

/** The events that may have shaped the entries, in log order. */
async function* candidates(
  model: ReadModel,
  wanted: readonly WantedEntry[],
  { scan, readStream, signal }: LineageLog,
): AsyncGenerator<RecordedEvent> {
  const streams = new Set<string>();
  for (const { part, key } of wanted) {
    const own = model.streamsOf?.(part, key);
    if (!own) {
      for await (const { events } of scan({ types: model.types, ...(signal && { signal }) })) yield* events;
      return;
    }
    for (const stream of own) streams.add(stream);
  }
  const types = new Set(model.types);
  const found: RecordedEvent[] = [];
  for (const stream of streams)
    for await (const event of readStream(stream)) if (types.has(event.type)) found.push(event);
  yield* found.sort((a, b) => (a.position < b.position ? -1 : 1));
}
