import type { Gazetteer } from './gazetteer.ts';
import { bare, isAllCapitals, type NameRun } from './name-runs.ts';
import {
  definedRoles,
  honorifics,
  legalForms,
  organisationEnds,
  organisationStarts,
  personVerbs,
  placeEnds,
  placeStarts,
  roles,
} from './name-words.ts';
import type { Word } from './words-of-text.ts';

export type NameKind = 'person' | 'organisation' | 'place';

/** A run, or the part of it that is the name, and what it names. */
export type Name = { words: Word[]; kind: NameKind };

/** What the rest of the document says about a word. */
export type DocumentEvidence = {
  /** The document writes this word in small letters too. */
  isWrittenSmall(lower: string): boolean;
};

const locatives = new Set([
  'in',
  'near',
  'at',
  'from',
  'to',
  'into',
  'outside',
  'across',
  'throughout',
  'around',
  'of',
]);
const strongLocatives = new Set(['in', 'near', 'outside', 'across', 'throughout']);
const joined = (words: readonly Word[]): string => words.map((word) => word.lower).join(' ');

/** Decides what a run names, by its own words first, then by its surroundings; undefined when nothing speaks for a kind. */
export function classifyRun(run: NameRun, gazetteer: Gazetteer, evidence: DocumentEvidence): Name[] {
  const words = trimmed(run.words, gazetteer);
  const last = words.at(-1);
  const first = words[0];
  if (first === undefined || last === undefined) return [];
  if (words.length > 1 && words.every(isAllCapitals)) return capitals(words, gazetteer);
  const whole = known(words, gazetteer);
  if (whole !== undefined) return [{ words, kind: whole }];
  if (endsInLegalForm(words)) return [{ words: fromRoleOn(words), kind: 'organisation' }];
  const split = splitAtOf(words, gazetteer);
  if (split !== undefined) return split;
  const person = personIn(words, run, gazetteer, evidence);
  if (person !== undefined) return [person];
  if (words.length > 1 && organisationEnds.has(last.lower)) return [{ words, kind: 'organisation' }];
  if (words.length > 1 && organisationStarts.has(first.lower) && hasJoiner(words))
    return [{ words, kind: 'organisation' }];
  if (words.length > 1 && (placeEnds.has(last.lower) || placeStarts.has(first.lower)))
    return [{ words, kind: 'place' }];
  return words.length === 1 ? single(first, run, gazetteer, evidence) : partial(words, gazetteer);
}

const hasJoiner = (words: readonly Word[]) => words.some((word) => /^(?:of|for)$/.test(word.lower));
const endsInLegalForm = (words: readonly Word[]) => {
  const last = words.at(-1);
  return words.length > 1 && last !== undefined && (legalForms.has(bare(last)) || legalForms.has(last.lower));
};

function known(words: readonly Word[], gazetteer: Gazetteer): NameKind | undefined {
  const name = joined(words);
  const [only] = words;
  // "Who" is no band and "Us" no country: a short name counts in capitals only.
  if (
    words.length === 1 &&
    only !== undefined &&
    name.replaceAll('.', '').length <= 4 &&
    !isAllCapitals(only)
  ) {
    if (!gazetteer.isPlace(name) || gazetteer.isOrdinaryWord(name)) return undefined;
  }
  if (gazetteer.isPlace(name)) return 'place';
  if (gazetteer.isOrganisation(name)) return 'organisation';
  return gazetteer.isPerson(name) && words.length > 1 ? 'person' : undefined;
}

/** Leaves off a leading demonym or honorific and a trailing defined term. */
function trimmed(words: readonly Word[], gazetteer: Gazetteer): Word[] {
  let from = 0;
  while (from < words.length && honorifics.has(bare(words[from] as Word)) && words.length > 1) from += 1;
  return words
    .slice(from)
    .filter(
      (word, at, rest) => !(at === rest.length - 1 && rest.length > 1 && gazetteer.isDemonym(word.lower)),
    );
}

/** "This Agreement Acme Corp": what a heading put before the name is not part of it. */
function fromRoleOn(words: Word[]): Word[] {
  const role = words.findLastIndex(
    (word, at) =>
      at < words.length - 2 && /^(?:agreement|contract|amendment|exhibit|party)$/.test(word.lower),
  );
  return words.slice(role + 1);
}

/** In headings and signature blocks everything is in capitals; only what is certain counts. */
function capitals(words: Word[], gazetteer: Gazetteer): Name[] {
  const whole = known(words, gazetteer);
  if (whole !== undefined) return [{ words, kind: whole }];
  if (endsInLegalForm(words)) return [{ words: fromRoleOn(words), kind: 'organisation' }];
  const [first] = words;
  const plausible = words.length <= 4 && words.every((word) => !definedRoles.has(word.lower));
  if (
    first !== undefined &&
    plausible &&
    gazetteer.isFirstName(first.lower) &&
    !gazetteer.isOrdinaryWord(first.lower)
  ) {
    return [{ words, kind: 'person' }];
  }
  return [];
}

/** "Minister of Iraq", "Embassy of France": the parts name different things unless the head is an organisation's. */
function splitAtOf(words: Word[], gazetteer: Gazetteer): Name[] | undefined {
  const at = words.findIndex((word) => word.lower === 'of');
  if (at < 1) return undefined;
  const head = words.slice(0, at);
  if (head.some((word) => organisationStarts.has(word.lower) || organisationEnds.has(word.lower)))
    return [{ words, kind: 'organisation' }];
  if (head.length === 1 && placeStarts.has(head[0]?.lower ?? '')) return [{ words, kind: 'place' }];
  const tail = words.slice(words[at + 1]?.lower === 'the' ? at + 2 : at + 1);
  const kind = known(tail, gazetteer);
  return kind === undefined ? [] : [{ words: tail, kind }];
}

function personIn(
  words: Word[],
  run: NameRun,
  gazetteer: Gazetteer,
  evidence: DocumentEvidence,
): Name | undefined {
  const titled =
    run.words.length > words.length || honorifics.has(run.before === undefined ? '' : bare(run.before));
  const role = words.findLastIndex((word) => roles.has(word.lower));
  const name = words.slice(role + 1);
  const [first, ...rest] = name;
  const last = name.at(-1);
  if (first === undefined || last === undefined || name.length > 5) return undefined;
  const unusual =
    !definedRoles.has(last.lower) && !organisationEnds.has(last.lower) && !placeEnds.has(last.lower);
  if (titled && unusual) return { words: name, kind: 'person' };
  if (!unusual || name.some((word) => definedRoles.has(word.lower))) return undefined;
  const initials = /^\p{Lu}$/u.test(first.text) && name.length <= 4;
  const givenName = gazetteer.isFirstName(first.lower) && !gazetteer.isPlace(joined(name));
  if (rest.length > 0 && (givenName || initials)) return { words: name, kind: 'person' };
  if (
    role >= 0 &&
    name.length <= 3 &&
    !name.some(
      (word) =>
        gazetteer.isOrdinaryWord(word.lower) ||
        gazetteer.isDemonym(word.lower) ||
        evidence.isWrittenSmall(word.lower),
    )
  ) {
    if (known(name, gazetteer) === undefined) return { words: name, kind: 'person' };
  }
  if (
    rest.length > 0 &&
    name.length <= 3 &&
    gazetteer.isLastName(last.lower) &&
    !gazetteer.isOrdinaryWord(first.lower) &&
    !gazetteer.isDemonym(first.lower)
  ) {
    return { words: name, kind: 'person' };
  }
  return undefined;
}

function single(word: Word, run: NameRun, gazetteer: Gazetteer, evidence: DocumentEvidence): Name[] {
  const ordinary =
    gazetteer.isOrdinaryWord(word.lower) ||
    evidence.isWrittenSmall(word.lower) ||
    definedRoles.has(word.lower);
  if (ordinary || gazetteer.isDemonym(word.lower) || word.text.length < 3 || /\d/.test(word.text)) return [];
  const before = run.before?.lower ?? '';
  if (personVerbs.has(run.after?.lower ?? '') && !isAllCapitals(word))
    return [{ words: [word], kind: 'person' }];
  if (gazetteer.isLastName(word.lower) || gazetteer.isFirstName(word.lower))
    return [{ words: [word], kind: 'person' }];
  if (strongLocatives.has(before) && !isAllCapitals(word) && word.pos === 'PROPN')
    return [{ words: [word], kind: 'place' }];
  return [];
}

/** No kind for the whole, but perhaps for its end or beginning: "Camp Fallujah", "Baghdad Operations". */
function partial(words: Word[], gazetteer: Gazetteer): Name[] {
  for (let from = 1; from < words.length; from += 1) {
    const tail = words.slice(from);
    const kind = known(tail, gazetteer);
    if (kind !== undefined) return [{ words: tail, kind }];
  }
  for (let to = words.length - 1; to > 0; to -= 1) {
    const head = words.slice(0, to);
    const kind = known(head, gazetteer);
    if (kind !== undefined) return [{ words: head, kind }];
  }
  return [];
}

export const isLocative = (word: string): boolean => locatives.has(word);
