import type { Gazetteer } from './gazetteer.ts';
import { bare, isAllCapitals, type NameRun } from './name-runs.ts';
import {
  definedRoles,
  honorifics,
  legalForms,
  looseEnds,
  organisationEnds,
  organisationStarts,
  placeEnds,
  placeStarts,
} from './name-words.ts';
import { type DocumentEvidence, isPersonWord, personIn } from './person-name.ts';
import type { Word } from './words-of-text.ts';

export type NameKind = 'person' | 'organisation' | 'place';

/** A run, or the part of it that is the name, and what it names. */
export type Name = { words: Word[]; kind: NameKind };

const locatives: ReadonlySet<string> = new Set(['in', 'near', 'outside', 'across', 'throughout']);
const paperWord = /^(?:agreement|contract|amendment|party|addendum|lease|between|among)$/;
const joined = (words: readonly Word[]): string => words.map((word) => word.lower).join(' ');

/**
 * Decides what a run names, by its own words first, then by its surroundings. No answer when nothing speaks for a kind:
 * a missing name is a smaller fault than a wrong one.
 */
export function classifyRun(run: NameRun, gazetteer: Gazetteer, evidence: DocumentEvidence): Name[] {
  const words = withoutHonorific(run.words);
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined) return [];
  const whole = known(words, gazetteer);
  if (whole !== undefined) return [{ words, kind: whole }];
  if (endsInLegalForm(words)) {
    const company = companyIn(words);
    // "the Company" is a role in a contract; with a name before it, it is a company.
    return company.some((word) => !definedRoles.has(word.lower) && word.lower !== 'the')
      ? [{ words: company, kind: 'organisation' }]
      : [];
  }
  if (words.length > 1 && words.every(isAllCapitals)) return inCapitals(words, gazetteer);
  if (words.length === 1) return single(first, run, gazetteer, evidence);
  const person = personIn(run, words, gazetteer, evidence);
  if (person !== undefined) return [{ words: person, kind: 'person' }];
  const parts = splitAtOf(words, gazetteer);
  if (parts !== undefined) return parts;
  if (organisationEnds.has(last.lower) && !isDefinedTerm(words, gazetteer, evidence))
    return [{ words, kind: 'organisation' }];
  if (organisationStarts.has(first.lower) && words.some((word) => word.lower === 'for'))
    return [{ words, kind: 'organisation' }];
  if (placeEnds.has(last.lower) || placeStarts.has(first.lower)) {
    return isDefinedTerm(words, gazetteer, evidence) ? [] : [{ words, kind: 'place' }];
  }
  return knownPart(words, gazetteer);
}

function endsInLegalForm(words: readonly Word[]): boolean {
  const last = words.at(-1);
  return words.length > 1 && last !== undefined && legalForms.has(last.lower);
}

function known(words: readonly Word[], gazetteer: Gazetteer): NameKind | undefined {
  const name = joined(words);
  const [only] = words;
  // "Who" is no band and "Us" no country: a short name counts in capitals only.
  const isShort = words.length === 1 && only !== undefined && bare(only).length <= 4 && !isAllCapitals(only);
  if (isShort && (!gazetteer.isPlace(name) || gazetteer.isOrdinaryWord(name))) return undefined;
  if (gazetteer.isPlace(name)) return 'place';
  if (gazetteer.isOrganisation(name)) return 'organisation';
  return gazetteer.isPerson(name) && words.length > 1 ? 'person' : undefined;
}

function withoutHonorific(words: readonly Word[]): Word[] {
  const start = words.findIndex((word) => !honorifics.has(bare(word)));
  return start < 0 ? [...words] : words.slice(start);
}

/** "This Agreement Acme Corp", "Employees of Acme Corp": what comes before the company's own name is left off. */
function companyIn(words: Word[]): Word[] {
  const paper = words.findLastIndex((word, at) => at < words.length - 2 && paperWord.test(word.lower));
  const of = words.findLastIndex((word, at) => at < words.length - 2 && word.lower === 'of');
  const head = words.slice(paper + 1, Math.max(of, paper + 1));
  const ownOf = head.some((word) => organisationStarts.has(word.lower) || organisationEnds.has(word.lower));
  return words.slice(of > paper && !ownOf ? of + 1 : paper + 1);
}

/** In headings and signature blocks everything is in capitals; only what is certain counts. */
function inCapitals(words: Word[], gazetteer: Gazetteer): Name[] {
  const [first] = words;
  const plausible =
    words.length <= 4 && words.every((word) => !definedRoles.has(word.lower) && !placeEnds.has(word.lower));
  const given =
    first !== undefined && gazetteer.isFirstName(first.lower) && !gazetteer.isOrdinaryWord(first.lower);
  return plausible && given ? [{ words, kind: 'person' }] : [];
}

/** "Minister of Iraq", "Embassy of France": the parts name different things unless the head is an organisation's. */
function splitAtOf(words: Word[], gazetteer: Gazetteer): Name[] | undefined {
  const at = words.findIndex((word) => word.lower === 'of');
  if (at < 1) return undefined;
  const head = words.slice(0, at);
  if (head.some((word) => organisationStarts.has(word.lower) || organisationEnds.has(word.lower))) {
    return [{ words, kind: 'organisation' }];
  }
  if (head.length === 1 && placeStarts.has(joined(head))) return [{ words, kind: 'place' }];
  const tail = words.slice(words[at + 1]?.lower === 'the' ? at + 2 : at + 1);
  const kind = known(tail, gazetteer);
  return kind === undefined ? [] : [{ words: tail, kind }];
}

/** Contracts capitalise terms they define, such as "Receiving Party", made of plain English only. */
function isDefinedTerm(words: readonly Word[], gazetteer: Gazetteer, evidence: DocumentEvidence): boolean {
  const last = words.at(-1);
  if (last === undefined || !(looseEnds.has(last.lower) || placeEnds.has(last.lower))) return false;
  const isService = /^(?:part(?:y|ies)|services?|programs?)$/.test(last.lower);
  return words.slice(0, -1).every(({ lower, pos }) => {
    if (/(?:ing|ed)$/.test(lower) || definedRoles.has(lower)) return true;
    const ordinary = gazetteer.isOrdinaryWord(lower);
    const small = evidence.isWrittenSmall(lower);
    return isService ? ordinary || small || pos === 'ADJ' : ordinary && small;
  });
}

function single(word: Word, run: NameRun, gazetteer: Gazetteer, evidence: DocumentEvidence): Name[] {
  const plain =
    gazetteer.isOrdinaryWord(word.lower) ||
    evidence.isWrittenSmall(word.lower) ||
    definedRoles.has(word.lower);
  if (plain || gazetteer.isDemonym(word.lower) || word.text.length < 3 || /\d/.test(word.text)) return [];
  if (isPersonWord(word, run, gazetteer)) return [{ words: [word], kind: 'person' }];
  const located = locatives.has(run.before?.lower ?? '') && !isAllCapitals(word) && word.pos === 'PROPN';
  return located ? [{ words: [word], kind: 'place' }] : [];
}

/** No kind for the whole, but perhaps for its end or beginning: "Camp Fallujah", "Baghdad Operations". */
function knownPart(words: Word[], gazetteer: Gazetteer): Name[] {
  const tails = words.map((_, from) => words.slice(from)).slice(1);
  const heads = words
    .map((_, to) => words.slice(0, to))
    .slice(1)
    .reverse();
  for (const part of [...tails, ...heads]) {
    const kind = known(part, gazetteer);
    if (kind !== undefined) return [{ words: part, kind }];
  }
  return [];
}
