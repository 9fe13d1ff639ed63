import type { Suggestion } from '../contract.ts';
import { editDistance } from './edit-distance.ts';
import { trigramsOf } from './trigrams.ts';
import type { Vocabulary } from './vocabulary.ts';

export const mostSuggestions = 5;
/** Below, two names have hardly more than their endings in common. */
const leastLikeness = 0.4;
/** Other words for one that is unknown. */
const alternatives = 3;
/** A word this short is too like too many others. */
const shortest = 4;
/** Each is compared with a good part of the vocabulary, and nobody else is served meanwhile. */
const mostPutRight = 5;
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
  for (const each of putRight(q, vocabulary)) take('words', each);
  for (const each of namesLike(q, vocabulary)) take('name', each);
  return [...best.values()]
    .sort((a, b) => b.score - a.score || (a.suggestion.text < b.suggestion.text ? -1 : 1))
    .slice(0, mostSuggestions)
    .map(({ suggestion }) => suggestion);
}

/**
 * The query with its unknown words put right, the first few where there are many; the first has the likeliest word at each
 * place.
 */
function putRight(q: string, vocabulary: Vocabulary): Scored[] {
  const unknown = Array.from(q.matchAll(word), ([found]) => found.toLowerCase()).filter(
    (found) => found.length >= shortest && !vocabulary.has(found),
  );
  const first = [...new Set(unknown)].slice(0, mostPutRight);
  const likely = new Map(first.map((found) => [found, likeWord(found, vocabulary)]));
  if (![...likely.values()].some((list) => list.length > 0)) return [];
  return Array.from({ length: alternatives }, (_, choice): Scored | undefined => {
    if (choice > 0 && ![...likely.values()].some((list) => list.length > choice)) return undefined;
    const scores: number[] = [];
    const text = q.replace(word, (found) => {
      const list = likely.get(found.toLowerCase()) ?? [];
      const chosen = list[choice] ?? list[0];
      if (!chosen) return found;
      scores.push(chosen.score);
      return chosen.text;
    });
    return { text, score: Math.min(...scores) };
  }).filter((each) => each !== undefined);
}

/** Words at most two letters away (one, from short ones), the likeliest first. */
function likeWord(found: string, vocabulary: Vocabulary): Scored[] {
  const most = found.length < 6 ? 1 : 2;
  const like: Scored[] = [];
  for (let letters = found.length - most; letters <= found.length + most; letters++) {
    for (const { text, times } of vocabulary.ofLength(letters)) {
      const distance = editDistance(found, text, most);
      if (distance > most) continue;
      const likeness = 1 - distance / Math.max(found.length, text.length);
      like.push({ text, score: likeness + frequent(times) });
    }
  }
  return like.sort((a, b) => b.score - a.score || (a.text < b.text ? -1 : 1)).slice(0, alternatives);
}

/** Names by the share of groups of three letters that they and the query have in common. */
function namesLike(q: string, vocabulary: Vocabulary): Scored[] {
  const asked = trigramsOf(q);
  const common = new Map<number, number>();
  for (const trigram of asked) {
    for (const index of vocabulary.namesWith(trigram)) common.set(index, (common.get(index) ?? 0) + 1);
  }
  // In the order of the names, so that of two that differ in capitals only the same one is told each time.
  const inOrder = Array.from(common).sort(([a], [b]) => a - b);
  return inOrder.flatMap(([index, shared]) => {
    const called = vocabulary.names[index];
    const likeness = shared / (asked.size + (vocabulary.trigramCounts[index] ?? 0) - shared);
    if (!called || likeness < leastLikeness) return [];
    return [{ text: called.name, score: likeness + frequent(called.weight) }];
  });
}

/** Up to a tenth: enough to part equals, too little to make up for a letter. */
const frequent = (times: number) => 0.1 * (1 - 1 / (1 + Math.log1p(times)));
