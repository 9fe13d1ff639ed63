import type { RecordedEvent } from '#domain/event';

/** A run of the log that is to be committed in one step. */
export type Run = { readonly events: readonly RecordedEvent[]; readonly upTo: bigint };

/**
 * The events behind a position: all of them, but after a commit whose answer was lost, or in a partition that is ahead.
 */
export const eventsAfter = (events: readonly RecordedEvent[], position: bigint) =>
  events[0] && events[0].position > position ? events : events.filter((event) => event.position > position);

/** The run in three, in order: what is before the event at a position, the event, and the rest. */
export function around({ events, upTo }: Run, position: bigint): readonly Run[] {
  const at = events.findIndex((event) => event.position === position);
  const parts = [events.slice(0, at), events.slice(at, at + 1), events.slice(at + 1)];
  return runsOf(parts, upTo);
}

/** The run in as many as its events are cut into. */
export function inParts(
  run: Run,
  cut: (events: readonly RecordedEvent[]) => readonly (readonly RecordedEvent[])[],
): readonly Run[] {
  return run.events.length === 0 ? [run] : runsOf(cut(run.events), run.upTo);
}

/** A run of several events in two. */
export function halves({ events, upTo }: Run): readonly Run[] {
  const middle = events.length >> 1;
  return runsOf([events.slice(0, middle), events.slice(middle)], upTo);
}

/** Each goes up to its last event; the last one to where all of them went. */
function runsOf(parts: readonly (readonly RecordedEvent[])[], upTo: bigint): readonly Run[] {
  const filled = parts.filter((events) => events.length > 0);
  return filled.map((events, index) => ({
    events,
    upTo: index === filled.length - 1 ? upTo : (events.at(-1)?.position ?? upTo),
  }));
}

export function split<Value>(
  values: readonly Value[],
  isFirst: (value: Value) => boolean,
): readonly [readonly Value[], readonly Value[]] {
  const first: Value[] = [];
  const second: Value[] = [];
  for (const value of values) (isFirst(value) ? first : second).push(value);
  return [first, second];
}
