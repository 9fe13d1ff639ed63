import type { Span } from '../../model.ts';
import { stopWords } from '../stop-words.ts';
import type { Occupied } from './found.ts';
import {
  formLabels,
  honorifics,
  joiners,
  legalForms,
  organisationEnds,
  organisationStarts,
  particles,
  placeEnds,
  placeStarts,
  roles,
} from './name-words.ts';
import type { Word } from './words-of-text.ts';

/** Neighbouring capitalised words that may be one name, with the words around them. */
export type NameRun = { words: Word[]; before: Word | undefined; after: Word | undefined };

const longestRun = 12;
const shortLine = 50;
const functionWords: ReadonlySet<string> = new Set([
  'DET',
  'ADP',
  'PRON',
  'ADV',
  'SCONJ',
  'CCONJ',
  'AUX',
  'INTJ',
  'PART',
  'NUM',
]);
const plainGap = /^(?: |\n|\r\n| \n)$/;
const formGap = /^[.,]{0,2}\s?$/;
const initialGap = /^\.\s?$/;
const abbreviated: ReadonlySet<string> = new Set([
  'st',
  'mt',
  'ft',
  'jr',
  'sr',
  ...legalForms,
  ...honorifics,
]);

/** Letters only, without the full stops of an abbreviation: `L.L.C.` and `LLC` are the same word. */
export const bare = (word: Word): string => word.lower.replaceAll('.', '');

export const isAllCapitals = (word: Word): boolean => /\p{Lu}/u.test(word.text) && !/\p{Ll}/u.test(word.text);
const isCapitalised = (word: Word): boolean =>
  /^[^\p{L}]*\p{Lu}/u.test(word.text) || /^\p{Ll}{1,2}-?\p{Lu}/u.test(word.text);
const isLegalForm = (word: Word): boolean => legalForms.has(word.lower);

/** Every maximal run of words that may form a name, outside what other finders have taken. */
export function* nameRuns(text: string, words: readonly Word[], occupied: Occupied): Generator<NameRun> {
  let at = 0;
  while (at < words.length) {
    const first = words[at];
    if (
      first === undefined ||
      !mayBegin(first) ||
      text[first.start - 1] === '/' ||
      occupied.overlaps(first)
    ) {
      at += 1;
      continue;
    }
    const run = [first];
    let next = at + 1;
    while (run.length < longestRun) {
      const joined = continuation(text, words, next, run, occupied);
      if (joined === 0) break;
      run.push(...words.slice(next, next + joined));
      next += joined;
    }
    yield { words: run, before: words[at - 1], after: words[next] };
    at = next;
  }
}

function mayBegin(word: Word): boolean {
  if (!isCapitalised(word) || formLabels.has(word.lower)) return false;
  if (stopWords.has(word.lower) && word.text !== 'US') return false;
  return !(word.startsSentence && functionWords.has(word.pos));
}

/** How many of the words from `at` on belong to the run: 0, 1, or joiners and the capitalised word after them. */
function continuation(
  text: string,
  words: readonly Word[],
  at: number,
  run: readonly Word[],
  occupied: Occupied,
): number {
  const last = run.at(-1);
  const word = words[at];
  if (last === undefined || word === undefined || occupied.overlaps(word)) return 0;
  const gap = text.slice(last.end, word.start);
  if (gap.length > 4 || formLabels.has(word.lower) || endsShortLine(text, last, gap)) return 0;
  const mayPoint = !gap.includes('.') || isLegalForm(last) || last.text.length <= 2;
  if (isLegalForm(word) && isCapitalised(word) && mayPoint && formGap.test(gap)) return 1;
  if (/^ ?& ?$/.test(gap) && isCapitalised(word)) return 1;
  if (isLegalForm(last) || shouts(run, word) || isContractParty(words, at)) return 0;
  if (/^['’]s $/i.test(gap)) return isCapitalised(word) && endsInFormSoon(text, words, at) ? 1 : 0;
  const isInitial =
    last.text.length === 1 || abbreviated.has(last.lower) || /^(?:\p{Lu}\.)+\p{Lu}$/u.test(last.text);
  if (!plainGap.test(gap) && !(isInitial && initialGap.test(gap))) return 0;
  if (isCapitalised(word)) return stopWords.has(word.lower) || (word.startsSentence && !isInitial) ? 0 : 1;
  return joinedBy(text, words, at, run);
}

/** "Party A" of a contract, as against the Labour Party. */
const isContractParty = (words: readonly Word[], at: number): boolean =>
  words[at]?.lower === 'party' && words[at + 1]?.text.length === 1;

/** A line break after a short line separates entries of a form or a heading; after a long one it is just wrapping. */
function endsShortLine(text: string, last: Word, gap: string): boolean {
  return gap.includes('\n') && text.slice(Math.max(0, last.end - shortLine), last.end).includes('\n');
}

/** "Tom Watson APPROVED": a name does not change from small letters to capitals, but for short forms and acronyms. */
const shouts = (run: readonly Word[], word: Word): boolean =>
  word.text.length > 4 && isAllCapitals(word) && !run.every(isAllCapitals) && !isLegalForm(word);

/** "Stremick's Heritage Foods, LLC": a possessive belongs to a name only when a company's legal form closes it. */
function endsInFormSoon(text: string, words: readonly Word[], at: number, form = /./): boolean {
  for (let next = at; next < at + 5; next += 1) {
    const word = words[next];
    const after = words[next + 1];
    if (word === undefined || after === undefined || !isCapitalised(word)) return false;
    const gap = text.slice(word.end, after.start);
    if (isLegalForm(after) && form.test(after.lower) && isCapitalised(after) && formGap.test(gap))
      return true;
    if (!plainGap.test(gap)) return false;
  }
  return false;
}

/** "Bank of England", "Gulf of Aden", "Secretary of State Kerry", but not "Andrea of Iowa" or "Employees of Acme". */
const takesOf = (run: readonly Word[]): boolean =>
  [organisationStarts, organisationEnds, placeStarts, placeEnds].some((heads) =>
    run.some(({ lower }) => heads.has(lower)),
  ) || roles.has(run.at(-1)?.lower ?? '');

function joinedBy(text: string, words: readonly Word[], at: number, run: readonly Word[]): number {
  const joiner = words[at];
  const next = words[at + 1];
  if (
    joiner === undefined ||
    next === undefined ||
    !(joiners.has(joiner.lower) || particles.has(joiner.lower))
  )
    return 0;
  const skip = joiner.lower === 'of' && next.lower === 'the' ? 2 : 1;
  const name = words[at + skip];
  if (name === undefined || !isCapitalised(name) || stopWords.has(name.lower)) return 0;
  if (!plainGap.test(text.slice(joiner.end, next.start)) || text.slice(next.end, name.start).length > 1)
    return 0;
  if (joiner.lower === 'and' && endsInFormSoon(text, words, at + 1, /^l\.?l\.?p$/)) return 2;
  if (`${run.at(-1)?.lower} and ${name.lower}` === 'securities and exchange') return 2;
  if (particles.has(joiner.lower)) return 2;
  const starts = run.some((word) => organisationStarts.has(word.lower));
  if (joiner.lower === 'of') return takesOf(run) ? skip + 1 : 0;
  return starts &&
    run.some(
      (word) =>
        joiners.has(word.lower) ||
        /^(?:department|ministry|office|committee|board|bureau|society|institute)$/.test(word.lower),
    )
    ? skip + 1
    : 0;
}

export const spanOf = (words: readonly Word[]): Span => ({
  start: words[0]?.start ?? 0,
  end: words.at(-1)?.end ?? 0,
});
