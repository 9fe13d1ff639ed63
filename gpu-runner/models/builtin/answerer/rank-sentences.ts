import type { GivenPassage } from '#domain/question/answering';
import type { Span } from '../../model.ts';
import { splitSentences } from '../analyst/sentences.ts';
import type { BackgroundIdf } from '../background-idf.ts';
import { showsWhatIsAsked } from './expected-answer.ts';
import { type QuestionTerms, questionTerms, stemsOf } from './question-terms.ts';
import { shorten } from './shorten.ts';

/** A sentence of a passage, as an answer to the question. */
export type RankedSentence = Span & {
  /** Index of its passage. */
  readonly passage: number;
  readonly stems: ReadonlySet<string>;
  /** How well it fits, with what its passage and title say of the question; 0 to about 1.2. */
  readonly score: number;
  /** The share of the question, by weight, that the sentence itself or what it stands in speaks of; 0 to 1. */
  readonly coverage: number;
};

type Candidate = Span & {
  readonly passage: number;
  readonly sentence: string;
  readonly stems: ReadonlySet<string>;
};
/** Of a passage: the stems of its title and section, and of all it says. */
type Surroundings = { readonly heading: ReadonlySet<string>; readonly around: ReadonlySet<string> };

/** A word of the question counts less where only the title, the section, or a neighbouring sentence has it. */
const worth = { sentence: 1, heading: 0.7, passage: 0.4 } as const;
const shortest = 15;
const inviting = 40;

/** The sentences of all passages that share a word with the question, the best first. */
export function rankSentences(
  question: string,
  passages: readonly GivenPassage[],
  idf: BackgroundIdf,
): RankedSentence[] {
  const asked = questionTerms(question, idf);
  if (asked.total === 0) return [];
  const surroundings = passages.map(({ title, section = '', text }) => ({
    heading: stemsOf(`${title} ${section}`),
    around: stemsOf(text),
  }));
  const candidates = passages.flatMap(({ text }, passage) => sentencesOf(text, passage, asked));
  const telling = tellingApart(asked, candidates);
  const shows = showsWhatIsAsked(question);
  const ranked = candidates.flatMap((candidate): RankedSentence[] => {
    const { sentence, passage, ...rest } = candidate;
    const place = surroundings[passage];
    if (!place) return [];
    const fits = shows === undefined ? 1 : shows(sentence) ? 1.2 : 0.7;
    // What the search put first breaks ties.
    const order = 1 - 0.15 * (passage / passages.length);
    const score = spokenOf(telling, candidate, place) * fits * readability(sentence) * order;
    return [{ ...rest, passage, score, coverage: spokenOf(asked, candidate, place) }];
  });
  return ranked.sort((a, b) => b.score - a.score || a.passage - b.passage || a.start - b.start);
}

function sentencesOf(text: string, passage: number, asked: QuestionTerms): Candidate[] {
  return splitSentences(text).flatMap((whole): Candidate[] => {
    const { start, end } = shorten(text, whole, (part) =>
      share(asked, (term) => Number(stemsOf(part).has(term))),
    );
    const bullet = /^[•·▪●◦*–-]\s+/.exec(text.slice(start, end))?.[0].length ?? 0;
    const sentence = text.slice(start + bullet, end);
    const stems = stemsOf(sentence);
    const says = sentence.length >= shortest && [...asked.weights.keys()].some((term) => stems.has(term));
    return says ? [{ start: start + bullet, end, passage, sentence, stems }] : [];
  });
}

/** The question's words, each worth less the more of the candidates have it: it tells them apart the less. */
function tellingApart({ weights }: QuestionTerms, candidates: readonly Candidate[]): QuestionTerms {
  const all = candidates.length;
  const told = new Map<string, number>();
  for (const [term, weight] of weights) {
    const having = candidates.filter(({ stems }) => stems.has(term)).length;
    told.set(term, weight * (0.25 + Math.log((all + 1) / (having + 0.5)) / Math.log((all + 1) / 0.5)));
  }
  return { weights: told, total: told.values().reduce((sum, weight) => sum + weight, 0) };
}

const spokenOf = (terms: QuestionTerms, { stems }: Candidate, { heading, around }: Surroundings): number =>
  share(terms, (term) => {
    if (stems.has(term)) return worth.sentence;
    if (heading.has(term)) return worth.heading;
    return around.has(term) ? worth.passage : 0;
  });

function share({ weights, total }: QuestionTerms, worthOf: (term: string) => number): number {
  let sum = 0;
  for (const [term, weight] of weights) sum += weight * worthOf(term);
  return sum / total;
}

/** A heading has all the words and says nothing, and a footnote names where something else is said. */
function readability(sentence: string): number {
  const ends = /[.;:?!”"’')\]]$/.test(sentence) ? 1 : 0.6;
  const footnote = /^\d{1,4}\s+\p{Lu}/u.test(sentence) ? 0.6 : 1;
  return ends * footnote * (sentence.length < inviting ? 0.7 : 1);
}
