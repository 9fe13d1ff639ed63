import type { BehaviourEvent } from '#domain/behaviour/events';
import type { CaseEvent } from '#domain/case/events';
import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import type { RecommendationEvent } from '#domain/recommendation/events';
import type { ReportEvent } from '#domain/report/events';
import { type Entries, laterOf, type Need } from '../entries.ts';
import type { NodePart } from '../read-model.ts';
import { analysisNeeds, foldAnalysis, foldMerge, foldSplit, mergeNeeds } from './fold-entities.ts';
import { foldRecommendations, recommendationNeeds } from './fold-recommendations.ts';
import { foldReport, reportNeeds } from './fold-reports.ts';
import * as graph from './parts.ts';
import { putLatest } from './put-latest.ts';

export type GraphEvent = RecordedEvent<
  CaseEvent | DocumentEvent | BehaviourEvent | RecommendationEvent | ReportEvent
>;

/** The entries that folding an event reads: what it changes, and the nodes its edges need. */
export function graphNeeds(event: GraphEvent): readonly Need[] {
  switch (event.type) {
    case 'DocumentUploaded': {
      const { caseId, parentDocumentId } = event.data;
      const parent = parentDocumentId ? [needed(graph.document, parentDocumentId)] : [];
      return [needed(graph.caseFile, caseId), ...parent];
    }
    case 'DocumentAnalysed':
      return analysisNeeds(event.data);
    case 'EntitiesMerged':
      return mergeNeeds(event.data);
    case 'SimilarDocumentsFound': {
      const { documentId, similar } = event.data;
      return [documentId, ...similar.map((each) => each.documentId)].map((id) => needed(graph.document, id));
    }
    case 'DocumentWithdrawn':
      return [needed(graph.document, event.data.documentId)];
    case 'DocumentLiked':
    case 'DocumentUnliked':
      return [needed(graph.document, event.data.documentId), needed(graph.user, event.data.userId)];
    case 'RecommendationsGenerated':
    case 'RecommendationFollowed':
    case 'RecommendationDismissed':
      return recommendationNeeds(event);
    case 'ReportCompleted':
      return reportNeeds(event.data);
    case 'BehaviourRecorded': {
      const { userId } = event.data;
      const views = viewsIn(event.data).flatMap((documentId) => [
        needed(graph.document, documentId),
        { part: graph.viewed, key: [userId, documentId] },
      ]);
      return views.length > 0 ? [needed(graph.user, userId), ...views] : [];
    }
    default:
      return [];
  }
}

const needed = (part: NodePart, id: string): Need => ({ part, key: [id] });

/** An edge is only put where both its ends are: what is not known (any more, or yet) has no edges. */
export function foldGraph(event: GraphEvent, entries: Entries): void {
  const lastPosition = String(event.position);
  switch (event.type) {
    case 'CaseOpened':
    case 'CaseRenamed': {
      const { caseId, name } = event.data;
      entries.put(graph.caseFile, { id: caseId, caseId, name, lastPosition });
      return;
    }
    case 'DocumentUploaded': {
      const { documentId, caseId, fileName, parentDocumentId } = event.data;
      const row = { id: documentId, documentId, caseId, fileName, withdrawn: false, lastPosition };
      entries.put(graph.document, row);
      if (entries.get(graph.caseFile, [caseId]))
        entries.put(graph.inCase, { from: documentId, to: caseId, lastPosition });
      if (parentDocumentId && entries.get(graph.document, [parentDocumentId]))
        entries.put(graph.attachedTo, { from: documentId, to: parentDocumentId, lastPosition });
      return;
    }
    case 'ReportCompleted':
      foldReport(event.data, lastPosition, entries);
      return;
    case 'DocumentAnalysed':
      foldAnalysis(event.data, lastPosition, entries);
      return;
    case 'EntitiesMerged':
      foldMerge(event.data, lastPosition, entries);
      return;
    case 'EntitySplit':
      foldSplit(event.data, entries);
      return;
    case 'SimilarDocumentsFound': {
      const { documentId, similar } = event.data;
      const isKnown = (id: string) => entries.get(graph.document, [id]) !== undefined;
      const edges = similar
        .filter((other) => isKnown(documentId) && isKnown(other.documentId))
        .map((other) => ({ from: documentId, to: other.documentId, score: other.score, lastPosition }));
      entries.replace(graph.similarTo, documentId, edges);
      return;
    }
    case 'DocumentWithdrawn': {
      const row = entries.get(graph.document, [event.data.documentId]);
      if (row) entries.put(graph.document, { ...row, withdrawn: true, lastPosition });
      return;
    }
    case 'DocumentLiked':
    case 'DocumentUnliked': {
      const { documentId, userId } = event.data;
      putUser(userId, lastPosition, entries);
      if (event.type === 'DocumentUnliked') entries.delete(graph.liked, [userId, documentId]);
      else if (entries.get(graph.document, [documentId]))
        entries.put(graph.liked, { from: userId, to: documentId, lastPosition });
      return;
    }
    case 'RecommendationsGenerated':
    case 'RecommendationFollowed':
    case 'RecommendationDismissed':
      foldRecommendations(event, lastPosition, entries);
      return;
    case 'BehaviourRecorded':
      foldViews(event.data.userId, viewsIn(event.data), event.position, entries);
      return;
  }
}

function foldViews(userId: string, documentIds: readonly string[], position: bigint, entries: Entries): void {
  if (documentIds.length === 0) return;
  putUser(userId, String(position), entries);
  for (const documentId of documentIds) {
    if (!entries.get(graph.document, [documentId])) continue;
    const before = entries.get(graph.viewed, [userId, documentId]);
    const lastPosition = String(laterOf(before && BigInt(before.lastPosition), position));
    const times = (before?.times ?? 0) + 1;
    entries.put(graph.viewed, { from: userId, to: documentId, times, lastPosition });
  }
}

const putUser = (userId: string, lastPosition: string, entries: Entries) =>
  putLatest(entries, graph.user, { id: userId, userId, lastPosition });

const viewsIn = (data: BehaviourEvent['data']): string[] =>
  data.entries.flatMap(({ action, documentId }) => (action === 'viewed' && documentId ? [documentId] : []));
