import { type Gate, placeOf, type Work } from '#domain/delegation/delegation';
import { userDecider, userStream } from '#domain/user/decider';
import type { Tier } from '#domain/user/events';
import type { EventStore } from '#platform/event-store';
import { foldStream } from '#platform/handle-command';
import { Problem } from '#platform/http/problem';

/** A person's tier as the log has it now. */
export const tierIn =
  (store: EventStore) =>
  async (userId: string): Promise<Tier> =>
    (await foldStream(store, userDecider, userStream(userId))).tier;

/** What each work is called where it is refused. */
const words: Partial<Record<Work, string>> = {
  AnalyseGraph: 'Search over the graph',
  ResearchDeeply: 'Deep research',
};

/** The gate in front of heavy work: everybody who hands some on asks here, and nobody looks at a tier themselves. */
export function createGate(store: EventStore): Gate {
  const tierOf = tierIn(store);
  return async (work, userId) => {
    const tier = await tierOf(userId);
    const place = placeOf(work, tier);
    if (place !== 'needsPro') return place;
    throw new Problem(403, 'needs-pro', `${words[work] ?? 'This'} needs the pro tier`, {
      detail: `${userId} is on the ${tier} tier. The owner can change that with "Free" at the top right (on a phone, in the menu), or with "npm run casefold -- users tier ${userId} pro".`,
    });
  };
}
