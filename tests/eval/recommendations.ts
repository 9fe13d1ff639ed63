import { join } from 'node:path';
import { type RecommendationWeights, ways } from '#gpu-runner/recommend/evidence';
import { interestsIn } from '#gpu-runner/recommend/interests';
import type { Interest, Knowledge } from '#gpu-runner/recommend/knowledge';
import { recommend, recommendationWeights } from '#gpu-runner/recommend/recommend';
import { type Evaluation, figure } from './evaluation.ts';
import { behave, type Look, people } from './recommendations/behaviour.ts';
import { type Corpus, dot, readCorpus } from './recommendations/corpus.ts';

/** Recommendations are judged by their first ten. */
const shown = 10;
/** The share of looks, by time, that is known; the rest is what is to be foretold. */
const known = 0.7;
const seeds = [1, 2, 3, 4, 5];

type Person = {
  readonly userId: string;
  readonly interests: readonly Interest[];
  readonly seen: ReadonlySet<string>;
  /** What they came to look at afterwards. */
  readonly wanted: ReadonlySet<string>;
};
type Recommender = (person: Person) => readonly string[];
type Measured = { readonly by: string; readonly hitRate: number; readonly ndcg: number };

/**
 * How well what people come to look at is foretold from what they have looked at and liked: hit rate and nDCG of the
 * first ten, against the most looked-at documents alone, against likeness of texts alone, and each way of looking for
 * itself. What people do is generated (`recommendations/behaviour.ts`), from tastes that nothing measured here knows.
 */
export const recommendations: Evaluation = async (data) => {
  const corpus = await readCorpus(join(data, 'retrieval'));
  const rounds = seeds.map((seed) => measure(corpus, behave(corpus, seed)));
  return (rounds[0] ?? []).map(({ by }, index) => {
    const each = rounds.flatMap((round) => round[index] ?? []);
    return {
      what: `recommendations to ${people} generated people, Cranfield`,
      by,
      figures: {
        'hit rate@10': figure(mean(each.map(({ hitRate }) => hitRate))),
        'nDCG@10': figure(mean(each.map(({ ndcg }) => ndcg))),
        'nDCG@10 of each seed': each.map(({ ndcg }) => figure(ndcg)).join(' '),
      },
    };
  });
};

function measure(corpus: Corpus, looks: readonly Look[]): Measured[] {
  const past = looks.slice(0, Math.floor(looks.length * known));
  const future = looks.slice(past.length);
  const persons = peopleIn(past, future);
  const knowledge: Knowledge = {
    total: corpus.documents.size,
    documents: corpus.documents,
    features: corpus.features,
    similar: corpus.similar,
    likes: past.filter(({ liked }) => liked),
  };
  const byWeights =
    (weights: RecommendationWeights): Recommender =>
    ({ userId, interests, seen: excluded }) =>
      recommend({ userId, interests, excluded, knowledge, limit: shown, weights }).map(
        ({ documentId }) => documentId,
      );
  const none: RecommendationWeights = { similar: 0, sharing: 0, people: 0, path: 0 };
  const recommenders: Record<string, Recommender> = {
    'casefold-recommender': byWeights(recommendationWeights),
    'popularity alone': mostLookedAt(past),
    'similarity alone (all vectors)': mostAlike(corpus),
    ...Object.fromEntries(
      ways.map((way) => [`casefold-recommender, ${way} only`, byWeights({ ...none, [way]: 1 })]),
    ),
  };
  return Object.entries(recommenders).map(([by, recommender]) => {
    const judged = persons.map((person) => judge(recommender(person), person.wanted));
    return {
      by,
      hitRate: mean(judged.map(({ hit }) => hit)),
      ndcg: mean(judged.map(({ ndcg }) => ndcg)),
    };
  });
}

function peopleIn(past: readonly Look[], future: readonly Look[]): Person[] {
  const later = Map.groupBy(future, ({ userId }) => userId);
  const earlier = Map.groupBy(
    past.map((look, index) => ({ ...look, position: BigInt(index) })),
    ({ userId }) => userId,
  );
  return [...earlier].flatMap(([userId, seen]) => {
    const wanted = new Set(later.get(userId)?.map(({ documentId }) => documentId));
    if (wanted.size === 0) return [];
    return [
      {
        userId,
        interests: interestsIn(seen),
        seen: new Set(seen.map(({ documentId }) => documentId)),
        wanted,
      },
    ];
  });
}

function judge(list: readonly string[], wanted: ReadonlySet<string>): { hit: number; ndcg: number } {
  const gain = (rank: number) => 1 / Math.log2(rank + 2);
  const gained = list.reduce((sum, documentId, rank) => sum + (wanted.has(documentId) ? gain(rank) : 0), 0);
  let ideal = 0;
  for (let rank = 0; rank < Math.min(shown, wanted.size); rank++) ideal += gain(rank);
  return { hit: gained > 0 ? 1 : 0, ndcg: gained / ideal };
}

/** The documents that most people have looked at, but for those that the person has. */
function mostLookedAt(past: readonly Look[]): Recommender {
  const ranked = [...Map.groupBy(past, ({ documentId }) => documentId)]
    .sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
    .map(([documentId]) => documentId);
  return ({ seen }) => ranked.filter((documentId) => !seen.has(documentId)).slice(0, shown);
}

/** The documents whose vectors point most nearly the way of the sum of those that the person is interested in. */
const mostAlike =
  ({ vectors }: Corpus): Recommender =>
  ({ interests, seen }) => {
    const profile = new Float32Array(vectors.values().next().value?.length ?? 0);
    for (const { documentId, weight } of interests)
      vectors.get(documentId)?.forEach((value, index) => {
        profile[index] = (profile[index] ?? 0) + weight * value;
      });
    return [...vectors]
      .filter(([documentId]) => !seen.has(documentId))
      .map(([documentId, vector]) => ({ documentId, score: dot(profile, vector) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, shown)
      .map(({ documentId }) => documentId);
  };

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
