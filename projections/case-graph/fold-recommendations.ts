import type { RecommendationEvent } from '#domain/recommendation/events';
import type { Entries, Need } from '../entries.ts';
import * as graph from './parts.ts';
import { putLatest } from './put-latest.ts';

/** A person's list in a case is one node, from which an edge leads to each document that is on it now. */
export function recommendationNeeds({ type, data }: RecommendationEvent): readonly Need[] {
  const documents =
    type === 'RecommendationsGenerated'
      ? data.recommendations.map(({ documentId }) => documentId)
      : [data.documentId];
  return [
    { part: graph.user, key: [data.userId] },
    ...documents.map((documentId) => ({ part: graph.document, key: [documentId] })),
  ];
}

export function foldRecommendations(
  { type, data }: RecommendationEvent,
  lastPosition: string,
  entries: Entries,
) {
  const { userId, caseId } = data;
  const id = graph.recommendationId(userId, caseId);
  const isKnown = (documentId: string) => entries.get(graph.document, [documentId]) !== undefined;
  putLatest(entries, graph.user, { id: userId, userId, lastPosition });
  if (type === 'RecommendationsGenerated') {
    entries.put(graph.recommendation, { id, userId, caseId, lastPosition });
    entries.put(graph.recommendedTo, { from: id, to: userId, lastPosition });
    const edges = data.recommendations
      .map(({ documentId: to, score, reasons }, index) => {
        return { from: id, to, score, rank: index + 1, reasons: JSON.stringify(reasons), lastPosition };
      })
      .filter(({ to }) => isKnown(to));
    entries.replace(graph.recommends, id, edges);
    return;
  }
  const { documentId } = data;
  entries.delete(graph.recommends, [id, documentId]);
  if (!isKnown(documentId)) return;
  const part = type === 'RecommendationFollowed' ? graph.followed : graph.dismissed;
  entries.put(part, { from: userId, to: documentId, lastPosition });
}
