import type { Driver } from 'neo4j-driver';
import { z } from 'zod';
import { relationKindSchema } from '#domain/document/events';
import { Problem } from '#platform/http/problem';
import type { EntityDetail } from '../contract.ts';
import { sentenceSchema, spansSchema } from './document-entities.ts';
import { inLiveGraph, type LiveGraph } from './live-graph.ts';
import { type EntityNode, entityNodeSchema, mentionsOf, mergedGroups, namesOf } from './merged-entities.ts';

const oneEntity = `
  MATCH (e:Entity {id: $id})
  WHERE e.caseId = $caseId
  RETURN e.entityId AS entityId, e.name AS name, e.kind AS kind, e.normalised AS normalised`;

/** Two statements, one for each direction. */
const relationsOf = (ours: 'ofEntity' | 'toEntity') => `
  MATCH (a:Entity)-[:RELATION_OF]->(r:Relation)-[:RELATION_TO]->(b:Entity)
  WHERE ${ours === 'ofEntity' ? 'a' : 'b'}.id IN $ids
  MATCH (d:Document)-[s:STATES]->(r)
  WHERE d.withdrawn = false
  RETURN r.kind AS kind, r.ofEntity AS ofEntity, a.name AS ofName, r.toEntity AS toEntity, b.name AS toName,
         d.documentId AS documentId, d.fileName AS fileName, s.sentence AS sentence
  ORDER BY fileName, documentId
  LIMIT 200`;

const relationRowSchema = z.object({
  kind: relationKindSchema,
  ofEntity: z.string(),
  ofName: z.string(),
  toEntity: z.string(),
  toName: z.string(),
  documentId: z.string(),
  fileName: z.string(),
  sentence: z.string(),
});

/**
 * An entity of a case: where it is mentioned, and what is said of it and others.
 *
 * @throws {Problem} 404 if the case has no such entity
 */
export const findEntity = (graph: Driver, caseId: string, entityId: string): Promise<EntityDetail> =>
  inLiveGraph(graph, async (live) => {
    const groups = await mergedGroups(live, caseId);
    const group = groups.get(entityId);
    const node = group?.shownAs ?? (await nodeOf(live, caseId, entityId));
    const ids = [node, ...(group?.merged ?? [])].map((each) => each.entityId);
    const mentions = await mentionsOf(live, ids);
    const inDocuments = [...Map.groupBy(mentions, ({ documentId }) => documentId)].map(
      ([documentId, rows]) => ({
        documentId,
        fileName: rows[0]?.fileName ?? '',
        mentions: rows
          .flatMap((row) => spansSchema.parse(JSON.parse(row.mentions)))
          .sort((a, b) => a.start - b.start),
      }),
    );
    const parameters = { ids: ids.map(live.id) };
    const rows = [
      ...(await live.rows(relationsOf('ofEntity'), parameters, relationRowSchema)),
      ...(await live.rows(relationsOf('toEntity'), parameters, relationRowSchema)),
    ];
    const named = (id: string, name: string) => {
      const shown = groups.get(id)?.shownAs;
      return { entityId: shown?.entityId ?? id, name: shown?.name ?? name };
    };
    const relations = rows
      .map(({ kind, ofEntity, ofName, toEntity, toName, documentId, fileName, sentence }) => ({
        kind,
        from: named(ofEntity, ofName),
        to: named(toEntity, toName),
        documentId,
        fileName,
        sentence: sentenceSchema.parse(JSON.parse(sentence)),
      }))
      .filter(({ from, to }) => from.entityId !== to.entityId);
    const { name, kind, normalised } = node;
    return {
      entityId: node.entityId,
      name,
      kind,
      ...(normalised && { normalised }),
      documents: inDocuments.length,
      mentions: inDocuments.reduce((sum, each) => sum + each.mentions.length, 0),
      merged: namesOf(group?.merged),
      inDocuments,
      relations,
    };
  });

async function nodeOf(live: LiveGraph, caseId: string, entityId: string): Promise<EntityNode> {
  const [node] = await live.rows(oneEntity, { id: live.id(entityId), caseId }, entityNodeSchema);
  if (!node) {
    throw new Problem(404, 'entity-unknown', 'There is no such entity', {
      detail: 'No document of this case names it (any more). Look it up in the list of the case.',
    });
  }
  return node;
}
