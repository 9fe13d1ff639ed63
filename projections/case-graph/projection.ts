import neo4j, { type ManagedTransaction } from 'neo4j-driver';
import type { BehaviourEvent } from '#domain/behaviour/events';
import type { CaseEvent } from '#domain/case/events';
import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import type { GraphProjection } from '../projection.ts';
import { caseGraphGeneration, caseGraphSchema, nodeId } from './graph.ts';
import * as cypher from './statements.ts';

type GraphEvent = CaseEvent | DocumentEvent | BehaviourEvent;
type Row = Readonly<Record<string, unknown>>;
type Step = readonly [statement: string, rows: readonly Row[]];

/** What an event does to the graph, as statements in order. */
export function stepsOf(event: RecordedEvent<GraphEvent>, generation: number): readonly Step[] {
  const id = (own: string) => nodeId(generation, own);
  const lastPosition = String(event.position);
  switch (event.type) {
    case 'CaseOpened':
    case 'CaseRenamed': {
      const { caseId, name } = event.data;
      return [[cypher.mergeCases, [{ id: id(caseId), caseId, name, lastPosition }]]];
    }
    case 'DocumentUploaded': {
      const { documentId, caseId, fileName, parentDocumentId } = event.data;
      const row = { id: id(documentId), documentId, caseId, fileName, withdrawn: false, lastPosition };
      const parent = parentDocumentId && { id: row.id, parent: id(parentDocumentId), lastPosition };
      return [
        [cypher.mergeDocuments, [row]],
        [cypher.linkToCases, [{ id: row.id, caseFile: id(caseId), lastPosition }]],
        [cypher.linkToParents, parent ? [parent] : []],
      ];
    }
    case 'DocumentAnalysed':
      return analysisSteps(event.data, id, lastPosition);
    case 'SimilarDocumentsFound': {
      const { documentId, similar } = event.data;
      const rows = similar.map((each) => ({
        id: id(documentId),
        other: id(each.documentId),
        score: each.score,
        lastPosition,
      }));
      return [
        [cypher.dropSimilar, [{ id: id(documentId) }]],
        [cypher.linkSimilar, rows],
      ];
    }
    case 'DocumentWithdrawn':
      return [[cypher.markWithdrawn, [{ id: id(event.data.documentId), lastPosition }]]];
    case 'DocumentLiked':
    case 'DocumentUnliked': {
      const { documentId, userId } = event.data;
      const statement = event.type === 'DocumentLiked' ? cypher.linkLikes : cypher.dropLikes;
      return [
        [cypher.mergeUsers, [{ id: id(userId), userId, lastPosition }]],
        [statement, [{ id: id(documentId), user: id(userId), lastPosition }]],
      ];
    }
    case 'BehaviourRecorded': {
      const { userId, entries } = event.data;
      const views = entries.flatMap(({ action, documentId }) =>
        action === 'viewed' && documentId ? [{ id: id(documentId), user: id(userId), lastPosition }] : [],
      );
      if (views.length === 0) return [];
      return [
        [cypher.mergeUsers, [{ id: id(userId), userId, lastPosition }]],
        [cypher.countViews, views],
      ];
    }
    default:
      return [];
  }
}

type Analysed = Extract<DocumentEvent, { type: 'DocumentAnalysed' }>['data'];

function analysisSteps(data: Analysed, id: (own: string) => string, lastPosition: string): readonly Step[] {
  const { documentId, caseId } = data;
  const document = id(documentId);
  const entities = uniqueBy(data.entities, (entity) => entity.entityId).map((entity) => ({
    document,
    id: id(entity.entityId),
    entityId: entity.entityId,
    caseId,
    kind: entity.kind,
    name: entity.name,
    normalised: entity.normalised ?? '',
    mentions: JSON.stringify(entity.mentions),
    times: neo4j.int(entity.mentions.length),
    lastPosition,
  }));
  const topics = uniqueBy(data.topics, (topic) => topic.label).map(({ label, score }) => ({
    document,
    id: id(`${caseId}:topic:${label}`),
    caseId,
    label,
    score,
    lastPosition,
  }));
  return [
    [cypher.dropMentions, [{ id: document }]],
    [cypher.dropTopics, [{ id: document }]],
    [cypher.mergeEntities, entities],
    [cypher.linkMentions, entities],
    [cypher.mergeTopics, topics],
    [cypher.linkTopics, topics],
  ];
}

/** The first of each key: two spellings of one entity in a text are one node, one edge. */
function uniqueBy<Value>(values: readonly Value[], keyOf: (value: Value) => string): Value[] {
  const byKey = new Map<string, Value>();
  for (const value of values) if (!byKey.has(keyOf(value))) byKey.set(keyOf(value), value);
  return [...byKey.values()];
}

async function apply(
  transaction: ManagedTransaction,
  generation: number,
  events: readonly RecordedEvent[],
): Promise<void> {
  let waiting: { statement: string; rows: Row[] } | undefined;
  const flush = async () => {
    if (waiting && waiting.rows.length > 0) await transaction.run(waiting.statement, { rows: waiting.rows });
    waiting = undefined;
  };
  // Neighbouring rows of one statement go together; the order of events is never changed.
  for (const event of events) {
    for (const [statement, rows] of stepsOf(event as RecordedEvent<GraphEvent>, generation)) {
      if (rows.length === 0) continue;
      if (waiting?.statement !== statement) await flush();
      waiting ??= { statement, rows: [] };
      waiting.rows.push(...rows);
    }
  }
  await flush();
}

export const caseGraph: GraphProjection = {
  name: 'case-graph',
  version: caseGraphGeneration,
  sink: 'graph',
  schema: caseGraphSchema,
  types: [
    'CaseOpened',
    'CaseRenamed',
    'DocumentUploaded',
    'DocumentAnalysed',
    'SimilarDocumentsFound',
    'DocumentWithdrawn',
    'DocumentLiked',
    'DocumentUnliked',
    'BehaviourRecorded',
  ],
  apply,
};
