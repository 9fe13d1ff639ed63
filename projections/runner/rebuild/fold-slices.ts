import type { RecordedEvent } from '#domain/event';
import { type Changes, createEntryBatch, keyText, type LoadedEntries, type Need } from '../../entries.ts';
import type { ReadModel } from '../../read-model.ts';
import { findUnpreparable } from '../find-unpreparable.ts';
import { storableEvent } from '../fold-batch.ts';
import type { TypeCounts } from '../read-model-store.ts';
import type { Turns } from './turns.ts';

/** An event that cannot be folded; what it did is not to be kept. */
export class EventFailedError extends Error {
  override name = 'EventFailedError';
  readonly event: RecordedEvent;

  constructor(event: RecordedEvent, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.event = event;
  }
}

/** Nothing could be prepared: it is not an event that is at fault, but what they are prepared with. */
export class PrepareFailedError extends Error {
  override name = 'PrepareFailedError';
}

/**
 * Folds a large batch as `foldBatch` does a small one, but lets the rest of the process have its turns.
 *
 * @param recorded of the types that the read model takes
 * @throws {EventFailedError} for the first event that cannot be folded or prepared
 * @throws {PrepareFailedError} and whatever `load` throws
 */
export async function foldInSlices(
  model: ReadModel,
  recorded: readonly RecordedEvent[],
  load: (needs: readonly Need[]) => Promise<LoadedEntries>,
  turns: Turns,
): Promise<{ readonly changes: Changes; readonly applied: TypeCounts }> {
  const events: RecordedEvent[] = [];
  const needs = new Map<string, Need>();
  for (const each of recorded) {
    const event = storableEvent(each);
    events.push(event);
    const needed = attempt(each, () => model.needs?.(event));
    for (const need of needed ?? []) needs.set(`${need.part.name}\0${keyText(need.key)}`, need);
    if (turns.due()) await turns.rest();
  }
  const loaded = await load([...needs.values()]);
  const prepared = model.prepare && events.length > 0 ? await prepare(model.prepare, events) : undefined;

  const batch = createEntryBatch(model.parts, loaded);
  const applied: Record<string, number> = {};
  for (const [index, event] of events.entries()) {
    batch.at(event.position);
    attempt(recorded[index] ?? event, () => model.fold(event, batch, prepared?.get(event.id)));
    batch.keep();
    applied[event.type] = (applied[event.type] ?? 0) + 1;
    if (turns.due()) await turns.rest();
  }
  return { changes: batch.changes(), applied };
}

function attempt<Result>(event: RecordedEvent, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new EventFailedError(event, error);
  }
}

async function prepare(prepareAll: NonNullable<ReadModel['prepare']>, events: readonly RecordedEvent[]) {
  try {
    return await prepareAll(events);
  } catch (error) {
    const event = await findUnpreparable(prepareAll, events);
    if (event) throw new EventFailedError(event, error);
    throw new PrepareFailedError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
