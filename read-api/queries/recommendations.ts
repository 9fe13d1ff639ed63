import type { ReadCache } from '#platform/ports';
import { recommendationListKey, recommendationListSchema } from '#projections/recommendations/keys';
import { generationPointer, generationPrefix } from '#projections/runner/keys';
import type { Recommendations } from '../contract.ts';

/** A person's list in a case; an empty one where nothing was ever recommended. */
export type ReadRecommendations = (userId: string, caseId: string) => Promise<Recommendations>;

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
    const keyIn = (generation: string) =>
      recommendationListKey(generationPrefix('recommendations', Number(generation)), userId, caseId);
    const [live, found] = await cache.getMany([pointer, keyIn(known)]);
    if (live === undefined) return { recommendations: [] };
    let json = found;
    if (live !== known) {
      known = live;
      json = await cache.get(keyIn(live));
    }
    if (json === undefined) return { recommendations: [] };
    const { recommendations, generatedAt, model, lastPosition } = recommendationListSchema.parse(
      JSON.parse(json),
    );
    return { recommendations, generatedAt, model, lastPosition };
  };
}
