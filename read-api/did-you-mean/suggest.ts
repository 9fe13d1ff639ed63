import type { Suggestion } from '../contract.ts';
import { editDistance } from './edit-distance.ts';
import { trigramSimilarity, trigramsOf } from './trigrams.ts';

/** The words that a case's documents use, each with how often, and the names of what is in it. */
export type Vocabulary = {
  readonly words: ReadonlyMap<string, number>;
  /** Entities, topics and documents; `weight`: how many documents it has to do with. */
  readonly names: readonly { readonly name: string; readonly weight: number }[];
};

export const mostSuggestions = 5;
/** Below, two names have hardly more than their endings in common. */
const leastLikeness = 0.4;
/** Other words for one that is unknown. */
const alternatives = 3;
/** A word this short is too like too many others. */
const shortest = 4;
const word = /[\p{L}\p{N}]+/gu;

type Scored = { readonly text: string; readonly score: number };

/**
 * What somebody may have meant by a query: the query with its unknown words put right, and names that look like it. Likeness
 * decides, and among equals what is more frequent.
 *
 * @returns the likeliest first, at most five, none of which is the query itself
 */
export function suggest(q: string, vocabulary: Vocabulary): Suggestion[] {
  const best = new Map<string, { suggestion: Suggestion; score: number }>();
  const take = (kind: Suggestion['kind'], { text, score }: Scored) => {
    const key = text.toLowerCase();
    if (key === q.trim().toLowerCase() || (best.get(key)?.score ?? 0) >= score) return;
    best.set(key, { suggestion: { text, kind }, score });
  };
  for (const each of putRight(q, vocabulary.words)) take('words', each);
  for (const each of namesLike(q, vocabulary.names)) take('name', each);
  return [...best.values()]
    .sort((a, b) => b.score - a.score || (a.suggestion.text < b.suggestion.text ? -1 : 1))
    .slice(0, mostSuggestions)
    .map(({ suggestion }) => suggestion);
}

/** The query with its unknown words put right; the first has the likeliest word at each place. */
function putRight(q: string, words: Vocabulary['words']): Scored[] {
  const unknown = Array.from(q.matchAll(word), ([found]) => found).filter(
    (found) => found.length >= shortest && !words.has(found.toLowerCase()),
  );
  const likely = new Map(unknown.map((found) => [found, likeWord(found.toLowerCase(), words)]));
  if (![...likely.values()].some((list) => list.length > 0)) return [];
  return Array.from({ length: alternatives }, (_, choice): Scored | undefined => {
    if (choice > 0 && ![...likely.values()].some((list) => list.length > choice)) return undefined;
    const scores: number[] = [];
    const text = q.replace(word, (found) => {
      const list = likely.get(found) ?? [];
      const chosen = list[choice] ?? list[0];
      if (!chosen) return found;
      scores.push(chosen.score);
      return chosen.text;
    });
    return { text, score: Math.min(...scores) };
  }).filter((each) => each !== undefined);
}

/** Words at most two letters away (one, from short ones), the likeliest first. */
function likeWord(found: string, words: Vocabulary['words']): Scored[] {
  const most = found.length < 6 ? 1 : 2;
  const like: Scored[] = [];
  for (const [candidate, times] of words) {
    const distance = editDistance(found, candidate, most);
    if (distance > most) continue;
    const likeness = 1 - distance / Math.max(found.length, candidate.length);
    like.push({ text: candidate, score: likeness + frequent(times) });
  }
  return like.sort((a, b) => b.score - a.score || (a.text < b.text ? -1 : 1)).slice(0, alternatives);
}

function namesLike(q: string, names: Vocabulary['names']): Scored[] {
  const asked = trigramsOf(q);
  return names.flatMap(({ name, weight }) => {
    const likeness = trigramSimilarity(asked, trigramsOf(name));
    return likeness < leastLikeness ? [] : [{ text: name, score: likeness + frequent(weight) }];
  });
}

/** Up to a tenth: enough to part equals, too little to make up for a letter. */
const frequent = (times: number) => 0.1 * (1 - 1 / (1 + Math.log1p(times)));
