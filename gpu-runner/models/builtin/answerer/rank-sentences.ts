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
  /** How well it fits, with what its passage and title say of the question; 0 to about 1. */
  readonly score: number;
  /** The share of the question, by weight, that the sentence itself or what it stands in speaks of; 0 to 1. */
  readonly coverage: number;
};

/** A word of the question counts less where only the title, the section, or a neighbouring sentence has it. */
const worth = { sentence: 1, title: 0.7, passage: 0.4 } as const;
const shortest = 15;
const inviting = 40;

/** The sentences of all passages that share a word with the question, the best first. */
export function rankSentences(
  question: string,
  passages: readonly GivenPassage[],
  idf: BackgroundIdf,
): RankedSentence[] {
  const terms = questionTerms(question, idf);
  if (terms.total === 0) return [];
  const shows = showsWhatIsAsked(question);
  const ranked = passages.flatMap(({ title, section = '', text }, passage) => {
    const heading = stemsOf(`${title} ${section}`);
    const around = stemsOf(text);
    return splitSentences(text).flatMap((whole): RankedSentence[] => {
      const span = shorten(text, whole, (part) => share(terms, (term) => (stemsOf(part).has(term) ? 1 : 0)));
      const sentence = text.slice(span.start, span.end);
      const stems = stemsOf(sentence);
      const own = share(terms, (term) => (stems.has(term) ? 1 : 0));
      if (own === 0 || sentence.length < shortest) return [];
      const coverage = share(terms, (term) =>
        stems.has(term)
          ? worth.sentence
          : heading.has(term)
            ? worth.title
            : around.has(term)
              ? worth.passage
              : 0,
      );
      const fits = shows === undefined ? 1 : shows(sentence) ? 1.2 : 0.7;
      // A heading has all the words and says nothing.
      const says = /[.;:?!”"’')\]]$/.test(sentence) ? 1 : 0.6;
      const length = sentence.length < inviting ? 0.7 : 1;
      // What the search put first breaks ties.
      const place = 1 - 0.15 * (passage / Math.max(1, passages.length));
      return [{ ...span, passage, stems, coverage, score: coverage * fits * says * length * place }];
    });
  });
  return ranked.sort((a, b) => b.score - a.score || a.passage - b.passage || a.start - b.start);
}

function share({ weights, total }: QuestionTerms, worthOf: (term: string) => number): number {
  let sum = 0;
  for (const [term, weight] of weights) sum += weight * worthOf(term);
  return sum / total;
}
