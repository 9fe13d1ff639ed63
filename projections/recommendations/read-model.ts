import type { RecordedEvent } from '#domain/event';
import type { RecommendationEvent } from '#domain/recommendation/events';
import { type CacheReadModel, keyPart } from '../read-model.ts';
import type { RecommendationList } from './keys.ts';

const list = keyPart<RecommendationList>('list:', ({ userId, caseId }) => `${userId}+${caseId}`);

/** What is recommended to each person in each case, ready to be served: one key, one read. */
export const recommendations: CacheReadModel = {
  name: 'recommendations',
  version: 1,
  types: ['RecommendationsGenerated', 'RecommendationFollowed', 'RecommendationDismissed'],
  sink: 'cache',
  parts: [list],
  partitionable: true,
  needs: (event) => [{ part: list, key: [keyIn(event)] }],
  fold(event, entries) {
    const after = foldList(entries.get(list, [keyIn(event)]), event as RecordedEvent<RecommendationEvent>);
    if (after) entries.put(list, after);
  },
  streamsOf: (_, [key]) => [`recommendation-${key}`],
};

const keyIn = (event: RecordedEvent): string => {
  const { userId, caseId } = (event as RecordedEvent<RecommendationEvent>).data;
  return `${userId}+${caseId}`;
};

/** A list after an event; undefined where there is none. */
function foldList(
  before: RecommendationList | undefined,
  event: RecordedEvent<RecommendationEvent>,
): RecommendationList | undefined {
  const lastPosition = String(event.position);
  if (event.type === 'RecommendationsGenerated') {
    const { userId, caseId, recommendations: found, provenance } = event.data;
    const generatedAt = event.metadata.occurredAt;
    const { name, version } = provenance.model;
    return { userId, caseId, recommendations: found, generatedAt, model: `${name}@${version}`, lastPosition };
  }
  // What was followed or dismissed is gone at once; the next list never has it again.
  const { documentId } = event.data;
  return (
    before && {
      ...before,
      recommendations: before.recommendations.filter((each) => each.documentId !== documentId),
      lastPosition,
    }
  );
}
