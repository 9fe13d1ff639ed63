import type { EntryKey } from '../entries.ts';
import type { GraphReadModel } from '../read-model.ts';
import { caseStream, documentStream, reportStream } from '../streams.ts';
import { foldGraph, type GraphEvent, graphNeeds } from './fold.ts';
import { caseGraphSchema } from './graph.ts';
import * as graph from './parts.ts';

export const caseGraph: GraphReadModel = {
  name: 'case-graph',
  version: 4,
  types: [
    'CaseOpened',
    'CaseRenamed',
    'EntitiesMerged',
    'EntitySplit',
    'DocumentUploaded',
    'DocumentAnalysed',
    'SimilarDocumentsFound',
    'DocumentWithdrawn',
    'DocumentLiked',
    'DocumentUnliked',
    'BehaviourRecorded',
    'RecommendationsGenerated',
    'RecommendationFollowed',
    'RecommendationDismissed',
    'ReportCompleted',
  ],
  sink: 'graph',
  schema: caseGraphSchema,
  parts: [
    graph.caseFile,
    graph.document,
    graph.entity,
    graph.relation,
    graph.topic,
    graph.user,
    graph.finalReport,
    graph.inCase,
    graph.reportOf,
    graph.cites,
    graph.attachedTo,
    graph.mentions,
    graph.about,
    graph.states,
    graph.relationOf,
    graph.relationTo,
    graph.mergedInto,
    graph.similarTo,
    graph.viewed,
    graph.liked,
    graph.recommendation,
    graph.recommendedTo,
    graph.recommends,
    graph.followed,
    graph.dismissed,
  ],
  needs: (event) => graphNeeds(event as GraphEvent),
  fold: (event, entries) => foldGraph(event as GraphEvent, entries),
  streamsOf: (part, key) => streamsOf[part]?.(key),
};

/** Entities and topics are shared by the documents of a case, users and what they viewed by all their days. */
const streamsOf: Readonly<Record<string, (key: EntryKey) => readonly string[]>> = {
  CaseFile: ([caseId]) => [caseStream(String(caseId))],
  Document: ([id]) => [documentStream(String(id))],
  FinalReport: ([id]) => [reportStream(String(id))],
  REPORT_OF: ([id, caseId]) => [reportStream(String(id)), caseStream(String(caseId))],
  CITES: ([id, document]) => [reportStream(String(id)), documentStream(String(document))],
  IN_CASE: ([id, caseId]) => [documentStream(String(id)), caseStream(String(caseId))],
  ATTACHED_TO: ([id, parent]) => [documentStream(String(id)), documentStream(String(parent))],
  MENTIONS: ([id]) => [documentStream(String(id))],
  ABOUT: ([id]) => [documentStream(String(id))],
  SIMILAR_TO: ([id, other]) => [documentStream(String(id)), documentStream(String(other))],
  LIKED: ([, id]) => [documentStream(String(id))],
  Recommendation: ([id]) => [`recommendation-${id}`],
  RECOMMENDED_TO: ([id]) => [`recommendation-${id}`],
  RECOMMENDS: ([id, document]) => [`recommendation-${id}`, documentStream(String(document))],
};
