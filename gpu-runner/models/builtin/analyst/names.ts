import type { Span } from '../../model.ts';
import { classifyRun, type Name } from './classify-name.ts';
import type { Found, Occupied } from './found.ts';
import type { Gazetteer } from './gazetteer.ts';
import { bare, type NameRun, nameRuns, spanOf } from './name-runs.ts';
import { definedRoles, legalForms } from './name-words.ts';
import { keyOf, ShortForms } from './short-forms.ts';
import type { Word } from './words-of-text.ts';

/**
 * Persons, organisations and places. Two passes: names that speak for themselves, then what those explain: their short
 * forms ("Hammond" after "Philip Hammond", "Aduro" after "Aduro Biotech, Inc."), the same words elsewhere, and the town
 * before a state ("Lakeville, Minnesota").
 */
export function findNames(
  text: string,
  words: readonly Word[],
  occupied: Occupied,
  gazetteer: Gazetteer,
): Found[] {
  const small = new Set<string>();
  for (const word of words) if (word.text === word.lower) small.add(word.lower);
  const evidence = { isWrittenSmall: (lower: string) => small.has(lower) };

  const names: Name[] = [];
  const open: NameRun[] = [];
  for (const run of nameRuns(text, words, occupied)) {
    const found = classifyRun(run, gazetteer, evidence);
    names.push(...found);
    // A name of one word may yet turn out to be the short form of another kind of name.
    if (found.length === 0 || (found.length === 1 && found[0]?.words.length === 1)) open.push(run);
  }
  names.push(...townsBefore(text, names, open, (word) => small.has(word) || gazetteer.isOrdinaryWord(word)));

  const isDistinct = (word: string) =>
    word.length > 2 &&
    !small.has(word) &&
    !definedRoles.has(word) &&
    !gazetteer.isOrdinaryWord(word) &&
    !gazetteer.isDemonym(word) &&
    !gazetteer.isPlace(word);
  const shortForms = new ShortForms(isDistinct);
  for (const name of names) shortForms.learn(name, definedAs(text, name));

  const claimed = new Map<number, Name>();
  for (const run of open) {
    const long = shortForms.longFormOf(keyOf(run.words));
    if (long !== undefined) claimed.set(spanOf(run.words).start, { words: run.words, kind: long.kind });
  }
  const kept = names.filter((name) => !claimed.has(spanOf(name.words).start));
  return [...kept, ...claimed.values()].map((name): Found => {
    const long = shortForms.longFormOf(keyOf(name.words));
    const { kind, words } = long ?? name;
    return { ...withFullStop(text, name), kind, key: keyOf(words) };
  });
}

/** The full stop of "Inc." or "U.S." belongs to the name. */
function withFullStop(text: string, { words }: Name): Span {
  const { start, end } = spanOf(words);
  const last = words.at(-1)?.lower ?? '';
  const isShortened = /^(?:inc|corp|co|ltd|(?:\p{L}\.)+\p{L})$/u.test(last);
  return { start, end: isShortened && text[end] === '.' ? end + 1 : end };
}

/** Unknown words directly before a known place and a comma are a place themselves. */
function townsBefore(
  text: string,
  names: readonly Name[],
  open: readonly NameRun[],
  isPlain: (word: string) => boolean,
): Name[] {
  const named = new Set(names.map(({ words }) => spanOf(words).start));
  const placeAt = new Set(
    names.filter(({ kind }) => kind === 'place').map(({ words }) => spanOf(words).start),
  );
  return open.flatMap(({ words }): Name[] => {
    const { start, end } = spanOf(words);
    const comma = /^,\s/.test(text.slice(end, end + 2));
    const unusual =
      words.length <= 3 &&
      words.some((word) => !isPlain(word.lower)) &&
      !words.some((word) => definedRoles.has(word.lower));
    return comma && placeAt.has(end + 2) && !named.has(start) && unusual ? [{ words, kind: 'place' }] : [];
  });
}

const definition = /^\.?[^.;"“”()]{0,100}\([^()"“”]{0,60}["“]([^"“”]{2,40})["”]/u;

/** The short name a contract gives a party, `PC Quote, Inc. ("PCQ")`, unless it is only its role: `("Company")`. */
function definedAs(text: string, { words, kind }: Name): string | undefined {
  const { end } = spanOf(words);
  if (kind === 'place' || words.length < 2) return undefined;
  const alias = definition.exec(text.slice(end, end + 220))?.[1];
  if (alias === undefined || !/\p{Lu}/u.test(alias)) return undefined;
  const parts = alias
    .toLowerCase()
    .replaceAll('.', '')
    .split(/[\s,]+/)
    .filter((part) => part !== 'the' && !legalForms.has(part));
  if (parts.length === 0 || parts.every((part) => definedRoles.has(part))) return undefined;
  // What follows a name need not define it: "Alan Bates and others v Post Office (the “Group Litigation”)".
  const shares = words.some((word) => parts.includes(bare(word)));
  const isAcronym = kind === 'organisation' && alias === alias.toUpperCase();
  return shares || isAcronym ? parts.join(' ') : undefined;
}
