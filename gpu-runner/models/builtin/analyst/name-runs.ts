import type { Span } from '../../model.ts';
import { stopWords } from '../stop-words.ts';
import type { Occupied } from './found.ts';
import {
  definedRoles,
  honorifics,
  joiners,
  legalForms,
  organisationStarts,
  particles,
  placeStarts,
} from './name-words.ts';
import type { Word } from './words-of-text.ts';

/** Neighbouring capitalised words that may be one name, with the words around them. */
export type NameRun = { words: Word[]; before: Word | undefined; after: Word | undefined };

const longestRun = 12;
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
const isLegalForm = (word: Word): boolean => legalForms.has(bare(word)) || legalForms.has(word.lower);

/** Every maximal run of words that may form a name, outside what other finders have taken. */
export function* nameRuns(text: string, words: readonly Word[], occupied: Occupied): Generator<NameRun> {
  let at = 0;
  while (at < words.length) {
    const first = words[at];
    if (first === undefined || !mayBegin(first) || occupied.overlaps(first)) {
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
  if (!isCapitalised(word)) return false;
  if (stopWords.has(word.lower)) return false;
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
  if (gap.length > 4) return 0;
  if (isLegalForm(word) && isCapitalised(word) && formGap.test(gap)) return 1;
  if (/^ ?& ?$/.test(gap) && isCapitalised(word)) return 1;
  if (isLegalForm(last)) return 0;
  const isInitial =
    last.text.length === 1 || abbreviated.has(last.lower) || /^(?:\p{Lu}\.)+\p{Lu}$/u.test(last.text);
  if (!plainGap.test(gap) && !(isInitial && initialGap.test(gap))) return 0;
  if (isCapitalised(word)) return stopWords.has(word.lower) || (word.startsSentence && !isInitial) ? 0 : 1;
  return joinedBy(text, words, at, run);
}

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
  if (particles.has(joiner.lower)) return 2;
  const starts = run.some((word) => organisationStarts.has(word.lower));
  if (joiner.lower === 'of') {
    return starts ||
      run.some((word) => placeStarts.has(word.lower)) ||
      !definedRoles.has(run.at(-1)?.lower ?? '')
      ? skip + 1
      : 0;
  }
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
