import type { RecordedEvent } from '#domain/event';
import { preparableAtOnce } from './batch-weight.ts';
import { foldUpToFailure } from './fold-up-to-failure.ts';
import { type Followed, isSkipped } from './followed.ts';
import type { Work } from './follower-work.ts';
import { type ParkedEvent, releasedAs } from './parking.ts';

/** The log does not have a parked event any more: its stream was deleted, or cut off at its beginning. */
export class EventGoneError extends Error {
  override name = 'EventGoneError';
}

/**
 * Folds the next parked events of a stream in, in their order, up to one that fails; that one is parked again with its
 * error, and the rest behind it. What is folded in is committed first and then let go: if we end in between, the
 * checkpoint tells.
 *
 * @param limit how many, at the most
 * @returns true if there is more to be done
 * @throws whatever the log, the store and the parking throw: it is not known then what was done
 */
export async function retryParked(work: Work, stream: string, limit: number): Promise<boolean> {
  const { followed, checkpoint, parked, progress } = work;
  const startedAt = performance.now();
  const all = await parked.of(stream);
  if (all.length === 0) parked.forget(stream);
  const found = await findInLog(followed, all.slice(0, limit));
  const tried = all.slice(0, lightEnough(followed, all.slice(0, limit), found));
  const gone = tried.find((each) => !isSkipped(followed, each) && !found.has(each.eventId));
  const there = gone ? tried.slice(0, tried.indexOf(gone)) : tried;
  const events = there.flatMap((each) => {
    const event = found.get(each.eventId);
    return event && !isSkipped(followed, each) ? [event] : [];
  });
  const { changes, applied, failed } = await foldUpToFailure(work, events);
  const culprit = failed ? there.find(({ position }) => position === failed.event.position) : gone;
  if (culprit) await parked.parkAgain(culprit, { error: failed?.error ?? goneFrom(stream), attempts: 1 });
  const done = culprit ? tried.slice(0, tried.indexOf(culprit)) : tried;
  const upTo = done.at(-1)?.position;
  if (upTo !== undefined) {
    const released = releasedAs(stream, upTo);
    await checkpoint.commit({ upTo: checkpoint.position(), changes, applied, released });
    progress.applied(failed ? events.slice(0, events.indexOf(failed.event)) : events, startedAt);
    await parked.release(stream, upTo);
  }
  return culprit === undefined && all.length > tried.length;
}

/** How many of the parked events may be prepared at once. */
function lightEnough(
  followed: Followed,
  parked: readonly ParkedEvent[],
  found: ReadonlyMap<string, RecordedEvent>,
): number {
  const folded = parked.filter((each) => found.has(each.eventId) && !isSkipped(followed, each));
  const events = folded.flatMap((each) => found.get(each.eventId) ?? []);
  const first = folded[preparableAtOnce(followed.model, events)];
  return first ? parked.indexOf(first) : parked.length;
}

const goneFrom = (stream: string) =>
  new EventGoneError(`The log does not have this event of ${stream} any more. It can be skipped.`);

/** Parked events as the log has them, by their ids. */
async function findInLog(
  { readStream }: Followed,
  parked: readonly ParkedEvent[],
): Promise<ReadonlyMap<string, RecordedEvent>> {
  const found = new Map<string, RecordedEvent>();
  const [first, last] = [parked[0], parked.at(-1)];
  if (!first || !last) return found;
  const wanted = new Set(parked.map(({ eventId }) => eventId));
  for await (const event of readStream(first.stream, first.revision)) {
    if (event.revision > last.revision) break;
    if (wanted.has(event.id)) found.set(event.id, event);
  }
  return found;
}
