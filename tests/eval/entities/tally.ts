import type { Label } from './labelled-texts.ts';

/** Findings, labels, and how many of them meet: of the same kind and overlapping (exact: with the same span). */
export type Tally = { found: number; labelled: number; right: number; exact: number };

/** Each finding takes at most one label and the other way round; exact matches are paired before overlaps. */
export function tally(found: Label[], labels: Label[]): Tally {
  const taken = new Set<Label>();
  const used = new Set<Label>();
  const pair = (fits: (a: Label, b: Label) => boolean) => {
    for (const finding of found) {
      if (used.has(finding)) continue;
      const label = labels.find((candidate) => !taken.has(candidate) && fits(finding, candidate));
      if (label === undefined) continue;
      taken.add(label);
      used.add(finding);
    }
    return used.size;
  };
  const exact = pair((a, b) => a.start === b.start && a.end === b.end);
  const right = pair((a, b) => a.start < b.end && b.start < a.end);
  return { found: found.length, labelled: labels.length, right, exact };
}
