import type { ProposeQuestionsRequest } from '#domain/question/answering';
import { oneLine } from '../analyst/found.ts';
import { stemsOf } from './question-terms.ts';

/** Passages that are looked at for names: the ones that fit the question best. */
const passagesRead = 6;
const mostQuestions = 3;
/** Two to four capitalised words, as names of people and organisations are written. */
const nameRuns = /\b\p{Lu}[\p{L}’'-]+(?:\s\p{Lu}[\p{L}.’'-]+){1,3}/gu;
/** Capitalised in documents without naming anybody. */
const noNames =
  /\b(?:agreement|amendment|section|article|exhibit|schedule|part(?:y|ies)|volume|report|page|paragraph|chapter|annex|appendix|this|the|each|such|any|if|in|on|no|all|january|february|march|april|may|june|july|august|september|october|november|december)\b/i;

/**
 * Asks further without a language model: what is said of those whom the first passages name and the question does not.
 * Asks once; there is nothing that it could learn from the answers.
 */
export function furtherQuestions({ question, asked, most, passages }: ProposeQuestionsRequest): string[] {
  if (asked.length > 0) return [];
  const known = stemsOf(question);
  const named = new Map<string, number>();
  for (const { text } of passages.slice(0, passagesRead)) {
    const names = new Set(Array.from(text.matchAll(nameRuns), ([name]) => oneLine(name).replace(/\.$/, '')));
    for (const name of names) {
      if (noNames.test(name) || [...stemsOf(name)].every((stem) => known.has(stem))) continue;
      named.set(name, (named.get(name) ?? 0) + 1);
    }
  }
  return [...named]
    .sort(([one, times], [other, otherTimes]) => otherTimes - times || (one < other ? -1 : 1))
    .slice(0, Math.min(most, mostQuestions))
    .map(([name]) => `What do the documents say about ${name}?`);
}
