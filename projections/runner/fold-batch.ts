import type { RecordedEvent } from '#domain/event';
import {
  type Changes,
  createEntryBatch,
  keyText,
  type LoadedEntries,
  type Need,
  type Touch,
} from '../entries.ts';
import type { ReadModel } from '../read-model.ts';
import { findUnpreparable } from './find-unpreparable.ts';
import type { TypeCounts } from './read-model-store.ts';
import { storable } from './storable.ts';

/** An event that could not be folded, and why. */
export type FailedEvent = { readonly event: RecordedEvent; readonly error: unknown };

export type FoldedBatch = {
  readonly changes: Changes;
  /** Events that are in `changes`, by type. */
  readonly applied: TypeCounts;
  /** Where it stopped: `changes` holds the events before this one. */
  readonly failed?: FailedEvent;
};

export type FoldOptions = {
  readonly touch?: Touch;
  /** True for an event that is to have no effect: it is neither prepared nor folded nor counted. */
  readonly skip?: (event: RecordedEvent) => boolean;
};

type Load = (needs: readonly Need[]) => Promise<LoadedEntries>;

/**
 * Folds events, in their order, over the entries as they are: looks up what they need, prepares what they name, folds.
 *
 * @param events of the types that the read model takes
 * @returns what changes; where an event cannot be folded, what the events before it change, and that event
 * @throws whatever `load` and `prepare` throw, as it is; `unpreparableEvent` tells which event it was for
 */
export async function foldBatch(
  model: ReadModel,
  events: readonly RecordedEvent[],
  load: Load,
  options: FoldOptions = {},
): Promise<FoldedBatch> {
  const { skip, touch } = options;
  const { ready, needs, failed } = needsOf(model, skip ? events.filter((event) => !skip(event)) : events);
  const loaded = needs.length > 0 ? await load(needs) : noEntries;
  const prepared =
    model.prepare && ready.length > 0 ? await prepare(model.prepare, ready, events) : undefined;

  const batch = createEntryBatch(model.parts, loaded, touch);
  const applied: Record<string, number> = {};
  for (const [index, event] of ready.entries()) {
    batch.at(event.position);
    try {
      model.fold(event, batch, prepared?.get(event.id));
    } catch (error) {
      const stopped = { event: recordedAs(events, event), error };
      // What was prepared was meant to be folded together: an event before this one may have been left out as void.
      if (prepared)
        return { ...(await foldBatch(model, ready.slice(0, index), load, options)), failed: stopped };
      batch.undo();
      return { changes: batch.changes(), applied, failed: stopped };
    }
    batch.keep();
    applied[event.type] = (applied[event.type] ?? 0) + 1;
  }
  return { changes: batch.changes(), applied, ...(failed && { failed }) };
}

/** The events in a storable form, up to the first that cannot be understood, and each thing they need once. */
function needsOf(model: ReadModel, events: readonly RecordedEvent[]) {
  const ready: RecordedEvent[] = [];
  const needs = new Map<string, Need>();
  for (const recorded of events) {
    try {
      const event = storableEvent(recorded);
      for (const need of model.needs?.(event) ?? [])
        needs.set(`${need.part.name}\0${keyText(need.key)}`, need);
      ready.push(event);
    } catch (error) {
      return { ready, needs: [...needs.values()], failed: { event: recorded, error } };
    }
  }
  return { ready, needs: [...needs.values()], failed: undefined };
}

/** Several read models fold the same events: what is fit to store is found once for all of them. */
const storableEvents = new WeakMap<RecordedEvent, RecordedEvent>();

/** The event in a storable form; itself where it is one. */
export function storableEvent(recorded: RecordedEvent): RecordedEvent {
  const known = storableEvents.get(recorded);
  if (known) return known;
  const event = storable(recorded);
  storableEvents.set(recorded, event);
  return event;
}

/** The event as the log has it: by its stream it is parked. */
const recordedAs = (events: readonly RecordedEvent[], storableEvent: RecordedEvent): RecordedEvent =>
  events.find(({ position }) => position === storableEvent.position) ?? storableEvent;

const noEntries: LoadedEntries = { has: () => false, get: () => undefined };

type Prepare = NonNullable<ReadModel['prepare']>;

/** For which event `prepare` failed, by its error: the error itself goes on as it is. */
const unpreparable = new WeakMap<object, RecordedEvent>();

/** The event that an error of `foldBatch` came from, where that is known. */
export const unpreparableEvent = (error: unknown): RecordedEvent | undefined =>
  typeof error === 'object' && error !== null ? unpreparable.get(error) : undefined;

async function prepare(
  prepareAll: Prepare,
  events: readonly RecordedEvent[],
  recorded: readonly RecordedEvent[],
) {
  try {
    return await prepareAll(events);
  } catch (error) {
    const event = await findUnpreparable(prepareAll, events);
    if (event && typeof error === 'object' && error !== null)
      unpreparable.set(error, recordedAs(recorded, event));
    throw error;
  }
}
