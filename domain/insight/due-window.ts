import type { BehaviourAction, BehaviourEntry } from '../behaviour/events.ts';

/** Nothing done for this long, and what comes next is another sitting. */
export const sittingGapMs = 30 * 60_000;
/** New things done in one sitting that are worth another look. */
const enoughEntries = 12;
/** A sitting that has ended is looked at also when less was done in it. */
const enoughOfEnded = 4;
/** However much is done, nobody is looked at more often. By the person's clock. */
const leastApartMs = 3 * 60_000;
/** Looked at, at the most; the newest. */
const mostEntries = 100;

/** What nobody does on purpose, or what says nothing of how somebody gets on. */
const telling: ReadonlySet<BehaviourAction> = new Set([
  'viewed',
  'searched',
  'opened',
  'dwelled',
  'downloaded',
  'liked',
  'tagged',
  'typed',
]);

/**
 * Whether what a person did in one case is worth another look, told from what they did alone: enough that is new in the
 * sitting they are in, or a sitting that has ended, as the first thing of the next one shows. No clock is asked, so the
 * same entries always give the same answer.
 *
 * @param entries in any order
 * @param since the person's clock at the end of what was last looked at
 * @returns what to look at, the oldest first; undefined if it can wait
 */
export function dueWindow(
  entries: readonly BehaviourEntry[],
  since: string | undefined,
): readonly BehaviourEntry[] | undefined {
  const after = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const sittings = sittingsOf(entries.filter(({ action }) => telling.has(action)));
  const isNew = (entry: BehaviourEntry) => timeOf(entry) > after;
  const current = sittings.at(-1) ?? [];
  const newest = current.at(-1);
  if (newest && current.filter(isNew).length >= enoughEntries && timeOf(newest) - after >= leastApartMs) {
    return current.slice(-mostEntries);
  }
  const ended = sittings.at(-2) ?? [];
  return ended.filter(isNew).length >= enoughOfEnded ? ended.slice(-mostEntries) : undefined;
}

const timeOf = ({ occurredAt }: BehaviourEntry) => Date.parse(occurredAt);

function sittingsOf(entries: readonly BehaviourEntry[]): BehaviourEntry[][] {
  const sittings: BehaviourEntry[][] = [];
  let last: BehaviourEntry | undefined;
  for (const entry of entries.toSorted((a, b) => timeOf(a) - timeOf(b))) {
    const sitting = last && timeOf(entry) - timeOf(last) < sittingGapMs ? sittings.at(-1) : undefined;
    if (sitting) sitting.push(entry);
    else sittings.push([entry]);
    last = entry;
  }
  return sittings;
}
