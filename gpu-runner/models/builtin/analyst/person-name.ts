import type { Gazetteer } from './gazetteer.ts';
import { bare, isAllCapitals, type NameRun } from './name-runs.ts';
import { definedRoles, honorifics, organisationEnds, personVerbs, placeEnds, roles } from './name-words.ts';
import type { Word } from './words-of-text.ts';

/** What the rest of the document says about a word. */
export type DocumentEvidence = {
  /** The document writes this word in small letters too. */
  isWrittenSmall(lower: string): boolean;
};

const mostWords = 5;
const departments: ReadonlySet<string> = new Set([
  'state',
  'defense',
  'defence',
  'treasury',
  'commerce',
  'labor',
  'energy',
  'education',
  'staff',
]);

/**
 * The part of a run that is a person's name, or undefined: after an honorific or an office ("Foreign Secretary Philip
 * Hammond" gives "Philip Hammond"), or by its given name, initials or family name.
 */
export function personIn(
  run: NameRun,
  words: readonly Word[],
  gazetteer: Gazetteer,
  evidence: DocumentEvidence,
): Word[] | undefined {
  const role = roleEnd(words);
  const name = withoutTail(words.slice(role + 1));
  const first = name[0];
  const last = name.at(-1);
  if (first === undefined || last === undefined || name.length > mostWords) return undefined;
  if (name.some((word) => /\d/.test(word.text) || isNoPersonWord(word.lower) || word.lower === 'of'))
    return undefined;
  const plain = (word: Word) => gazetteer.isOrdinaryWord(word.lower) || evidence.isWrittenSmall(word.lower);
  if (isTitled(run, words) && (name.length === 1 || !name.every(plain))) return name;
  if (name.some((word) => gazetteer.isDemonym(word.lower))) return undefined;
  if (name.length > 1) {
    const whole = name.map((word) => word.lower).join(' ');
    if (gazetteer.isFirstName(first.lower) && !gazetteer.isPlace(whole)) return name;
    // "C. Assignment" at the start of a line is a numbered clause.
    const isNumbering = first.text.length === 1 && first.startsSentence && name.length === 2;
    if (isInitials(first) && !isNumbering && !plain(last)) return name;
    if (name.length <= 3 && gazetteer.isLastName(last.lower) && !plain(first)) return name;
  }
  // An office before it makes a name of any words that are not plain English: "Governor Kasich".
  if (role >= 0 && name.length <= 3 && !name.some(plain) && !isPlaceOrOrganisation(name, gazetteer))
    return name;
  return undefined;
}

/** One word is a person's name when it is known as one, or when it does what persons do. */
export function isPersonWord(word: Word, run: NameRun, gazetteer: Gazetteer): boolean {
  if (isTitled(run, [word]) && !isNoPersonWord(word.lower)) return true;
  if (personVerbs.has(run.after?.lower ?? '') && !isAllCapitals(word)) return true;
  return gazetteer.isLastName(word.lower) || gazetteer.isFirstName(word.lower);
}

/** The index of the last word of the office before the name, -1 without one: "US Secretary of State John Kerry" gives 3. */
function roleEnd(words: readonly Word[]): number {
  const role = words.findLastIndex((word, at) => at < words.length - 1 && roles.has(word.lower));
  const department = words[role + 1]?.lower === 'of' && departments.has(words[role + 2]?.lower ?? '');
  return role >= 0 && department ? role + 2 : role;
}

const isInitials = (word: Word): boolean => /^(?:\p{Lu}|(?:\p{Lu}\.){1,3}\p{Lu}?)$/u.test(word.text);

const isNoPersonWord = (lower: string): boolean =>
  definedRoles.has(lower) ||
  definedRoles.has(lower.replace(/s$/, '')) ||
  organisationEnds.has(lower) ||
  placeEnds.has(lower) ||
  lower === '&' ||
  lower === 'for';

const isTitled = (run: NameRun, words: readonly Word[]): boolean =>
  (run.words[0] !== words[0] && honorifics.has(run.words[0] === undefined ? '' : bare(run.words[0]))) ||
  (run.before !== undefined && honorifics.has(bare(run.before)));

/** A single letter after the name is the next column of a form. */
function withoutTail(words: readonly Word[]): Word[] {
  const end = words.findLastIndex((word) => word.text.length > 1 || /\d/.test(word.text));
  return words.slice(0, end + 1);
}

function isPlaceOrOrganisation(words: readonly Word[], gazetteer: Gazetteer): boolean {
  const name = words.map((word) => word.lower).join(' ');
  return gazetteer.isPlace(name) || gazetteer.isOrganisation(name);
}
