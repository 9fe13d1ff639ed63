import type { ReadCache } from '#platform/ports';
import {
  personRecommendationsKey,
  personRecommendationsSchema,
  recommendationListKey,
  recommendationListSchema,
} from '#projections/recommendations/keys';
import { generationPointer, generationPrefix } from '#projections/runner/keys';
import type { Recommendations } from '../contract.ts';

/** A person's list in a case, or in all of them; an empty one where nothing was ever recommended. */
export type ReadRecommendations = (userId: string, caseId?: string) => Promise<Recommendations>;

/** Of all cases together: as many as somebody looks through, and more than one case has. */
const mostOfAll = 20;

/**
 * Reads a list with one read of the cache: which generation is live, and the list of the generation that was live the
 * last time, come together and at one moment. Only when another generation has become live meanwhile, or nothing is
 * known yet, is the list read a second time, from that.
 */
export function recommendationReader(cache: ReadCache): ReadRecommendations {
  const pointer = generationPointer('recommendations');
  /** The first there ever is, until more is known. */
  let known = '1';

  return async (userId, caseId) => {
    const keyIn = (generation: string) => {
      const prefix = generationPrefix('recommendations', Number(generation));
      return caseId === undefined
        ? personRecommendationsKey(prefix, userId)
        : recommendationListKey(prefix, userId, caseId);
    };
    const [live, found] = await cache.getMany([pointer, keyIn(known)]);
    if (live === undefined) return { recommendations: [] };
    let json = found;
    if (live !== known) {
      known = live;
      json = await cache.get(keyIn(live));
    }
    if (json === undefined) return { recommendations: [] };
    return caseId === undefined ? ofAllCases(JSON.parse(json)) : ofCase(JSON.parse(json));
  };
}

function ofCase(kept: unknown): Recommendations {
  const { recommendations, generatedAt, model, lastPosition } = recommendationListSchema.parse(kept);
  return { recommendations, generatedAt, model, lastPosition };
}

/** The best of all cases; made when the newest of their lists was. */
function ofAllCases(kept: unknown): Recommendations {
  const { cases, lastPosition } = personRecommendationsSchema.parse(kept);
  const newest = cases.toSorted((a, b) => (a.generatedAt < b.generatedAt ? 1 : -1))[0];
  const recommendations = cases
    .flatMap((each) => each.recommendations)
    .sort((a, b) => b.score - a.score || (a.documentId < b.documentId ? -1 : 1))
    .slice(0, mostOfAll);
  const { generatedAt, model } = newest ?? {};
  return { recommendations, ...(newest && { generatedAt, model }), lastPosition };
}
