import { interestsIn } from '#gpu-runner/recommend/interests';
import type { Interest, Knowledge } from '#gpu-runner/recommend/knowledge';
import { type RecommendationInput, recommend } from '#gpu-runner/recommend/recommend';
import { behave, type Look } from './recommendations/behaviour.ts';
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
export type Figures = { readonly name: string; readonly hitRate: number; readonly ndcg: number };

/**
 * How well what people come to look at is foretold from what they have looked at and liked: hit rate and nDCG of the
 * first ten, against the most looked-at documents alone, and against likeness of texts alone.
 *
 * @param folder the Cranfield collection
 */
export async function evaluateRecommendations(folder: string, weights?: RecommendationInput['weights']) {
  const corpus = await readCorpus(folder);
  const rounds = seeds.map((seed) => figuresOf(corpus, behave(corpus, seed), weights));
  return (rounds[0] ?? []).map(({ name }, index): Figures => {
    const each = rounds.flatMap((round) => round[index] ?? []);
    return {
      name,
      hitRate: mean(each.map(({ hitRate }) => hitRate)),
      ndcg: mean(each.map(({ ndcg }) => ndcg)),
    };
  });
}

export function figuresOf(
  corpus: Corpus,
  looks: readonly Look[],
  weights?: RecommendationInput['weights'],
): Figures[] {
  const past = looks.slice(0, Math.floor(looks.length * known));
  const future = looks.slice(past.length);
  const people = peopleIn(past, future);
  const knowledge: Knowledge = {
    total: corpus.documents.size,
    documents: corpus.documents,
    features: corpus.features,
    similar: corpus.similar,
    likes: past.filter(({ liked }) => liked),
  };
  const recommenders: Record<string, Recommender> = {
    popularity: mostLookedAt(past),
    'similarity alone': mostAlike(corpus),
    casefold: ({ userId, interests, seen: excluded }) =>
      recommend({ userId, interests, excluded, knowledge, limit: shown, ...(weights && { weights }) }).map(
        ({ documentId }) => documentId,
      ),
  };
  return Object.entries(recommenders).map(([name, recommender]) => {
    const judged = people.map((person) => judge(recommender(person), person.wanted));
    return {
      name,
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
