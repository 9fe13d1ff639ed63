import { coreWords } from './entity-name.ts';

/** Why two names may mean one: the likeliest first. */
export const duplicateReasons = ['form', 'acronym', 'part', 'spelling'] as const;
export type DuplicateReason = (typeof duplicateReasons)[number];

export type Nameable = { readonly entityId: string; readonly kind: string; readonly name: string };
export type Duplicate<Entity extends Nameable> = {
  /** The one with the fuller name. */
  readonly into: Entity;
  readonly other: Entity;
  readonly reason: DuplicateReason;
};

const kinds: ReadonlySet<string> = new Set(['person', 'organisation', 'place']);
/** A person looks through no more. */
const mostDuplicates = 50;

type Named<Entity> = { readonly entity: Entity; readonly words: readonly string[]; readonly key: string };

/**
 * Pairs of a case's entities that may be one, for a person to decide: the same but for a legal form or a title, an
 * acronym and its long form, a name and a part of it that fits no other, and spellings a letter apart.
 *
 * @param entities most important first: of pairs that are as likely, theirs come first
 */
export function likelyDuplicates<Entity extends Nameable>(entities: readonly Entity[]): Duplicate<Entity>[] {
  const found: Duplicate<Entity>[] = [];
  const seen = new Set<string>();
  const add = (a: Named<Entity>, b: Named<Entity>, reason: DuplicateReason) => {
    const pair = [a.entity.entityId, b.entity.entityId].sort().join('\0');
    if (a === b || seen.has(pair)) return;
    seen.add(pair);
    const [into, other] = b.entity.name.length > a.entity.name.length ? [b, a] : [a, b];
    found.push({ into: into.entity, other: other.entity, reason });
  };
  for (const [kind, all] of Map.groupBy(entities, (entity) => entity.kind)) {
    if (!kinds.has(kind)) continue;
    const named = all.map((entity): Named<Entity> => {
      const words = coreWords(kind, entity.name);
      return { entity, words, key: words.join(' ') };
    });
    for (const same of Map.groupBy(named, ({ key }) => key).values()) {
      const [first] = same;
      for (const other of same.slice(1)) if (first) add(first, other, 'form');
    }
    for (const [short, long] of shortForms(named, acronymOf)) add(long, short, 'acronym');
    for (const partOf of kind === 'person' ? [surnameOf, initialledOf] : [headOf])
      for (const [short, long] of shortForms(named, partOf)) add(long, short, 'part');
    for (const [a, b] of misspelt(named)) add(a, b, 'spelling');
  }
  const rank = ({ reason }: Duplicate<Entity>) => duplicateReasons.indexOf(reason);
  return found.sort((a, b) => rank(a) - rank(b)).slice(0, mostDuplicates);
}

/** Names that are a short form of exactly one other. */
function shortForms<Entity>(
  named: readonly Named<Entity>[],
  shortOf: (words: readonly string[]) => string | undefined,
): [short: Named<Entity>, long: Named<Entity>][] {
  const longOf = Map.groupBy(named, ({ words }) => shortOf(words) ?? '');
  return named.flatMap((short): [Named<Entity>, Named<Entity>][] => {
    const [long, another] = (short.key && longOf.get(short.key)) || [];
    return long && !another && long !== short ? [[short, long]] : [];
  });
}

const small = new Set(['of', 'the', 'and', 'for', 'in', 'to', '&']);
const acronymOf = (words: readonly string[]) => {
  const initials = words.filter((word) => !small.has(word)).map((word) => word.charAt(0));
  return initials.length > 1 ? initials.join('') : undefined;
};
const isFullName = ([first = '', ...rest]: readonly string[]) => first.length > 1 && rest.length > 0;
const surnameOf = (words: readonly string[]) => (isFullName(words) ? words.at(-1) : undefined);
const initialledOf = (words: readonly string[]) =>
  isFullName(words) ? `${words[0]?.charAt(0)} ${words.at(-1)}` : undefined;
/** "Cherry Hill" of "Cherry Hill Mortgage Investment". */
const headOf = (words: readonly string[]) => (words.length > 2 ? words.slice(0, 2).join(' ') : undefined);

/** Long names a letter apart that share a word or a beginning; numbers are never slips. */
function misspelt<Entity>(named: readonly Named<Entity>[]): [Named<Entity>, Named<Entity>][] {
  const blocks = new Map<string, Named<Entity>[]>();
  for (const each of named) {
    if (each.key.length < 6) continue;
    const keys = each.words.length > 1 ? each.words : [each.key.slice(0, 3)];
    for (const key of new Set(keys)) blocks.set(key, [...(blocks.get(key) ?? []), each]);
  }
  const pairs: [Named<Entity>, Named<Entity>][] = [];
  for (const block of blocks.values()) {
    // A word that hundreds share ("bank") tells nothing.
    if (block.length > 100) continue;
    for (const [at, a] of block.entries())
      for (const b of block.slice(at + 1)) if (isSlip(a.key, b.key)) pairs.push([a, b]);
  }
  return pairs;
}

/** One letter put in, left out, replaced, or two swapped. */
function isSlip(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1 || a.charAt(0) !== b.charAt(0)) return false;
  if (a.replace(/\D/g, '') !== b.replace(/\D/g, '')) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const swapped = left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
  return swapped || (left.length <= 1 && right.length <= 1);
}
