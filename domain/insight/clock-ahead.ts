import type { BehaviourEntry } from '../behaviour/events.ts';

/**
 * Nothing was done after it was received, whatever the person's clock says. Sets a batch by a clock that is ahead back by
 * what it is ahead, so that what lies between the entries stays; any other is left as it is. Without it one batch from
 * the year 2040 would make everything that follows look old.
 *
 * @param entries of one batch
 * @param received when the batch was recorded, by Casefold's clock
 */
export function setBack(entries: readonly BehaviourEntry[], received: Date): readonly BehaviourEntry[] {
  const ahead = Math.max(...entries.map(({ occurredAt }) => Date.parse(occurredAt))) - received.getTime();
  if (!(ahead > 0)) return entries;
  return entries.map((entry) => ({
    ...entry,
    occurredAt: new Date(Date.parse(entry.occurredAt) - ahead).toISOString(),
  }));
}
