import type { Span, Topic } from '../../model.ts';
import type { BackgroundIdf } from '../background-idf.ts';
import { stem } from '../stem.ts';
import { stopWords } from '../stop-words.ts';
import { definedRoles } from './name-words.ts';
import type { Word } from './words-of-text.ts';

type Phrase = {
  count: number;
  weight: number;
  labels: Map<string, number>;
  stems: string[];
  first: number;
  isRole: boolean;
  mentions: Span[];
};

const mostTopics = 8;
/** Of one topic. */
const mostMentions = 100;
const longestPhrase = 3;
const describing: ReadonlySet<string> = new Set(['ADJ', 'NOUN', 'PROPN']);
/** "Fixed Sum Offer": a capitalised participle belongs to the term. */
const isParticiple = (word: Word) => word.pos === 'VERB' && /^\p{Lu}.*(?:ed|ing)$/u.test(word.text);
/** Words that make a phrase about the paper, the calendar or nothing in particular. */
const empty = new Set(
  `party parties agreement section article exhibit schedule paragraph page herein date day days month months year years
  term terms time case cases way part parts number amount person persons thing other such first second third last next
  same own certain respective applicable following foregoing prior written notice business days event reasonable effort
  efforts extent purpose purposes behalf accordance connection respect effective execution hereof mr mrs ms dr inc llc
  corp ltd co company january february march april may june july august september october november december new more
  many several various volume chapter annex appendix subject good faith full force effect entire copy copies source
  www com http https confidential treatment request sole discretion set forth limitation generality name title address
  fact view point example set basis`.split(/\s+/),
);

/**
 * What the text is about: phrases of one to three nouns and adjectives, ranked by how often they occur here and how rare
 * their words are elsewhere. A phrase inside a longer one counts only where it stands alone.
 *
 * @param isName tells the names of persons, organisations and places, which are entities and not topics
 */
export function findTopics(
  text: string,
  words: readonly Word[],
  idf: BackgroundIdf,
  isName: (word: Word) => boolean,
): Topic[] {
  const phrases = new Map<string, Phrase>();
  for (const run of nounRuns(text, words, isName)) {
    for (let length = 1; length <= Math.min(longestPhrase, run.length); length += 1) {
      for (let at = 0; at + length <= run.length; at += 1)
        addPhrase(phrases, run.slice(at, at + length), idf);
    }
  }
  discountNested(phrases);
  const ranked = [...phrases.values()]
    .filter(isWorthy)
    .map((phrase) => ({ phrase, score: strength(phrase) }));
  ranked.sort((a, b) => b.score - a.score || a.phrase.first - b.phrase.first);
  const kept: { phrase: Phrase; score: number }[] = [];
  for (const candidate of ranked) {
    if (kept.length === mostTopics) break;
    if (!kept.some(({ phrase }) => overlap(phrase.stems, candidate.phrase.stems))) kept.push(candidate);
  }
  const top = kept[0]?.score ?? 1;
  return kept.map(({ phrase, score }) => ({
    label: labelOf(phrase),
    score: Number((score / top).toFixed(4)),
    mentions: phrase.mentions,
  }));
}

/** Unbroken runs of describing words on one line of thought. */
function* nounRuns(text: string, words: readonly Word[], isName: (word: Word) => boolean): Generator<Word[]> {
  let run: Word[] = [];
  for (const word of words) {
    const last = run.at(-1);
    const joined = last !== undefined && /^(?:[ -]|\n|\r\n)$/.test(text.slice(last.end, word.start));
    if (last !== undefined && !joined) {
      yield run;
      run = [];
    }
    if (isTopical(word) && !isName(word)) run.push(word);
    else if (run.length > 0) {
      yield run;
      run = [];
    }
  }
  if (run.length > 0) yield run;
}

const isTopical = (word: Word) =>
  (describing.has(word.pos) || isParticiple(word)) &&
  word.text.length > 2 &&
  /^[\p{L}][\p{L}'’-]*$/u.test(word.text) &&
  !stopWords.has(word.lower) &&
  !empty.has(word.lower);

function addPhrase(phrases: Map<string, Phrase>, words: readonly Word[], idf: BackgroundIdf): void {
  const last = words.at(-1);
  if (last === undefined || last.pos === 'ADJ' || last.pos === 'VERB') return;
  const stems = words.map((word) => stem(word.lower));
  if (new Set(stems).size < stems.length) return;
  const key = stems.join(' ');
  let phrase = phrases.get(key);
  if (phrase === undefined) {
    const weight = stems.reduce((sum, term) => sum + idf.idfOf(term), 0) / stems.length;
    phrase = {
      count: 0,
      weight,
      labels: new Map(),
      stems,
      first: last.start,
      isRole: definedRoles.has(last.lower),
      mentions: [],
    };
    phrases.set(key, phrase);
  }
  phrase.count += 1;
  if (phrase.mentions.length < mostMentions)
    phrase.mentions.push({ start: words[0]?.start ?? last.start, end: last.end });
  const shouted = words.length > 1 && words.every(({ text }) => text === text.toUpperCase());
  const label = words.map(({ text, lower }) => (shouted ? lower : text)).join(' ');
  phrase.labels.set(label, (phrase.labels.get(label) ?? 0) + 1);
}

/** Takes from each phrase the occurrences inside a longer phrase that is itself repeated (the C-value idea). */
function discountNested(phrases: ReadonlyMap<string, Phrase>): void {
  const longestFirst = [...phrases.values()].sort((a, b) => b.stems.length - a.stems.length);
  for (const { stems, count } of longestFirst) {
    if (count < 2) continue;
    for (let length = 1; length < stems.length; length += 1) {
      for (let at = 0; at + length <= stems.length; at += 1) {
        const inner = phrases.get(stems.slice(at, at + length).join(' '));
        if (inner !== undefined) inner.count -= count;
      }
    }
  }
}

const isWorthy = ({ count, stems, isRole }: Phrase) =>
  stems.length > 1 ? count >= 2 : count >= 3 && !isRole;

/** Two words say more than one; a single word must be three times as frequent to win. */
const strength = ({ count, weight, stems }: Phrase) =>
  count ** 0.8 * weight * (stems.length === 1 ? 0.25 : stems.length === 2 ? 1 : 1.15);

function overlap(a: readonly string[], b: readonly string[]): boolean {
  const shared = a.filter((term) => b.includes(term)).length;
  return shared > 0 && shared >= Math.min(a.length, b.length) / 2;
}

function labelOf({ labels }: Phrase): string {
  let best = '';
  let most = 0;
  for (const [label, count] of labels) {
    if (count > most) {
      best = label;
      most = count;
    }
  }
  return best;
}
