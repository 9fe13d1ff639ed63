import type { CaseEvent } from '#domain/case/events';
import type { DocumentEvent } from '#domain/document/events';
import type { Entries, Need } from '../entries.ts';
import type { NodePart } from '../read-model.ts';
import * as graph from './parts.ts';
import { putLatest, uniqueBy } from './put-latest.ts';

type Analysed = Extract<DocumentEvent, { type: 'DocumentAnalysed' }>['data'];
type Merged = Extract<CaseEvent, { type: 'EntitiesMerged' }>['data'];
type Split = Extract<CaseEvent, { type: 'EntitySplit' }>['data'];

const needed = (part: NodePart, id: string): Need => ({ part, key: [id] });

export function analysisNeeds({ documentId, caseId, entities, topics, relations }: Analysed): Need[] {
  return [
    needed(graph.document, documentId),
    ...entities.map(({ entityId }) => needed(graph.entity, entityId)),
    ...topics.map(({ label }) => needed(graph.topic, graph.topicId(caseId, label))),
    ...relations.flatMap(({ kind, from, to }) => [
      needed(graph.entity, from),
      needed(graph.entity, to),
      needed(graph.relation, graph.relationId(from, kind, to)),
    ]),
  ];
}

export const mergeNeeds = ({ into, entityIds }: Merged): Need[] =>
  [into, ...entityIds].map((id) => needed(graph.entity, id));

export function foldAnalysis(data: Analysed, lastPosition: string, entries: Entries): void {
  const { documentId, caseId, entities, topics } = data;
  // Two spellings of one entity in a text are one node and one edge, of the first.
  const named = uniqueBy(entities, ({ entityId }) => entityId);
  const labelled = uniqueBy(topics, ({ label }) => label);
  for (const { entityId, kind, name, normalised = '' } of named)
    putLatest(entries, graph.entity, {
      id: entityId,
      entityId,
      caseId,
      kind,
      name,
      normalised,
      lastPosition,
    });
  for (const { label } of labelled)
    putLatest(entries, graph.topic, { id: graph.topicId(caseId, label), caseId, label, lastPosition });

  const isKnown = entries.get(graph.document, [documentId]) !== undefined;
  const from = documentId;
  const mentions = named.map(({ entityId: to, mentions: spans }) => {
    return { from, to, mentions: JSON.stringify(spans), times: spans.length, lastPosition };
  });
  const about = labelled.map(({ label, score, mentions: spans }) => {
    const to = graph.topicId(caseId, label);
    return { from, to, score, mentions: JSON.stringify(spans), lastPosition };
  });
  entries.replace(graph.mentions, documentId, isKnown ? mentions : []);
  entries.replace(graph.about, documentId, isKnown ? about : []);
  foldRelations(data, lastPosition, isKnown, entries);
}

/** A relation is a node that all documents share which say the same; what each of them says of it is an edge. */
function foldRelations(
  { documentId, caseId, relations }: Analysed,
  lastPosition: string,
  isKnown: boolean,
  entries: Entries,
): void {
  const isEntity = (id: string) => entries.get(graph.entity, [id]) !== undefined;
  const between = relations
    .filter(({ from, to }) => isEntity(from) && isEntity(to))
    .map((relation) => ({ ...relation, id: graph.relationId(relation.from, relation.kind, relation.to) }));
  const said = uniqueBy(between, ({ id }) => id);
  for (const { id, kind, from: ofEntity, to: toEntity } of said) {
    putLatest(entries, graph.relation, { id, caseId, kind, ofEntity, toEntity, lastPosition });
    // Of a node that was there, the ends were put with it, and are what they were.
    const position = entries.get(graph.relation, [id])?.lastPosition ?? lastPosition;
    entries.put(graph.relationOf, { from: ofEntity, to: id, lastPosition: position });
    entries.put(graph.relationTo, { from: id, to: toEntity, lastPosition: position });
  }
  const states = said.map(({ id, sentence }) => {
    return { from: documentId, to: id, sentence: JSON.stringify(sentence), lastPosition };
  });
  entries.replace(graph.states, documentId, isKnown ? states : []);
}

/** What is merged keeps its node and its mentions: a later document that names it follows, and a split loses nothing. */
export function foldMerge({ into, entityIds }: Merged, lastPosition: string, entries: Entries): void {
  const isKnown = (id: string) => entries.get(graph.entity, [id]) !== undefined;
  entries.replace(graph.mergedInto, into, []);
  for (const from of new Set(entityIds)) {
    const edge = from !== into && isKnown(from) && isKnown(into) && { from, to: into, lastPosition };
    entries.replace(graph.mergedInto, from, edge ? [edge] : []);
  }
}

export function foldSplit({ entityId }: Split, entries: Entries): void {
  entries.replace(graph.mergedInto, entityId, []);
}
