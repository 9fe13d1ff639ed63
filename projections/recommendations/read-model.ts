import type { RecordedEvent } from '#domain/event';
import type { RecommendationEvent } from '#domain/recommendation/events';
import { type CacheReadModel, keyPart } from '../read-model.ts';
import type { PersonRecommendations, RecommendationList } from './keys.ts';

const list = keyPart<RecommendationList>('list:', ({ userId, caseId }) => `${userId}+${caseId}`);
const person = keyPart<PersonRecommendations>('person:', ({ userId }) => userId);
/** Of each case, in a person's list of all: somebody who wants more of a case looks into it. */
const mostOfCase = 5;

/** What is recommended to each person, in each case and in all of them, ready to be served: one key, one read. */
export const recommendations: CacheReadModel = {
  name: 'recommendations',
  version: 2,
  types: ['RecommendationsGenerated', 'RecommendationFollowed', 'RecommendationDismissed'],
  sink: 'cache',
  parts: [list, person],
  needs: (event) => [
    { part: list, key: [keyIn(event)] },
    { part: person, key: [userIn(event)] },
  ],
  fold(event, entries) {
    const after = foldList(entries.get(list, [keyIn(event)]), event as RecordedEvent<RecommendationEvent>);
    if (!after) return;
    entries.put(list, after);
    entries.put(person, withList(entries.get(person, [after.userId]), after));
  },
  streamsOf: (part, [key]) => (part === list.name ? [`recommendation-${key}`] : undefined),
};

const keyIn = (event: RecordedEvent): string => {
  const { userId, caseId } = (event as RecordedEvent<RecommendationEvent>).data;
  return `${userId}+${caseId}`;
};

const userIn = (event: RecordedEvent): string => (event as RecordedEvent<RecommendationEvent>).data.userId;

/** A person's best of all cases, with what the list of one has now. */
function withList(
  before: PersonRecommendations | undefined,
  { userId, lastPosition, caseId, recommendations: all, ...made }: RecommendationList,
): PersonRecommendations {
  const best = { caseId, recommendations: all.slice(0, mostOfCase), ...made };
  const others = before?.cases.filter((each) => each.caseId !== caseId) ?? [];
  const cases = best.recommendations.length === 0 ? others : [...others, best];
  return { userId, cases: cases.sort((a, b) => (a.caseId < b.caseId ? -1 : 1)), lastPosition };
}

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
