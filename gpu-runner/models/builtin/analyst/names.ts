import { classifyRun, type Name } from './classify-name.ts';
import type { Found, Occupied } from './found.ts';
import type { Gazetteer } from './gazetteer.ts';
import { bare, type NameRun, nameRuns, spanOf } from './name-runs.ts';
import { definedRoles, legalForms } from './name-words.ts';
import type { Word } from './words-of-text.ts';

/**
 * Persons, organisations and places. Two passes: names that speak for themselves, then the short forms of those names
 * ("Hammond" after "Philip Hammond", "Aduro" after "Aduro Biotech, Inc.").
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
  const unknown: NameRun[] = [];
  for (const run of nameRuns(text, words, occupied)) {
    const found = classifyRun(run, gazetteer, evidence);
    if (found.length === 0 || (found.length === 1 && found[0]?.words.length === 1)) unknown.push(run);
    names.push(...found);
  }
  return withShortForms(names, unknown, (word) => small.has(word) || gazetteer.isOrdinaryWord(word));
}

const keyOf = (words: readonly Word[]): string =>
  words
    .map(bare)
    .filter((word) => !legalForms.has(word) && word !== 'the')
    .join(' ');

/** Gives the same key to a name and its short forms, where exactly one longer name in the document fits. */
function withShortForms(
  names: readonly Name[],
  unknown: readonly NameRun[],
  isOrdinary: (word: string) => boolean,
): Found[] {
  const longForm = new Map<string, Name | 'several'>();
  const offer = (short: string, name: Name) => {
    const known = longForm.get(short);
    if (known === undefined) longForm.set(short, name);
    else if (known !== 'several' && keyOf(known.words) !== keyOf(name.words)) longForm.set(short, 'several');
  };
  for (const name of names) {
    if (name.words.length < 2 || name.kind === 'place') continue;
    const first = name.words[0];
    const last = name.words.at(-1);
    if (name.kind === 'person' && last !== undefined && first !== undefined) {
      offer(bare(last), name);
      if (!isOrdinary(first.lower)) offer(bare(first), name);
    }
    if (name.kind === 'organisation' && first !== undefined) {
      if (!isOrdinary(first.lower) && !definedRoles.has(first.lower) && first.text.length > 2)
        offer(bare(first), name);
      offer(keyOf(name.words), name);
      const initials = name.words
        .filter((word) => /^\p{Lu}/u.test(word.text))
        .map((word) => word.text.charAt(0))
        .join('');
      if (initials.length > 2) offer(initials.toLowerCase(), name);
    }
  }
  const claimed = new Map<number, Name>();
  for (const run of unknown) {
    const long = longForm.get(keyOf(run.words));
    if (long !== undefined && long !== 'several')
      claimed.set(run.words[0]?.start ?? -1, { words: [...run.words], kind: long.kind });
  }
  const kept = names.filter((name) => !claimed.has(name.words[0]?.start ?? -1));
  return [...kept, ...claimed.values()].map((name): Found => {
    const key = keyOf(name.words);
    const long = longForm.get(key);
    const sameKind = long !== undefined && long !== 'several' && long.kind === name.kind;
    return { ...spanOf(name.words), kind: name.kind, key: sameKind ? keyOf(long.words) : key };
  });
}
