import type { Driver } from 'neo4j-driver';
import { z } from 'zod';
import { relationKindSchema, spanSchema } from '#domain/document/events';
import type { EntityList } from '../contract.ts';
import { inLiveGraph, type LiveGraph } from './live-graph.ts';
import { entityNodeSchema, mentionsOf, mergedGroups, namesOf, shownAs } from './merged-entities.ts';

const entitiesOfDocument = `
  MATCH (d:Document {id: $id})-[m:MENTIONS]->(e:Entity)
  OPTIONAL MATCH (e)<-[:MENTIONS]-(o:Document)
  WHERE o.id <> $id AND o.withdrawn = false
  RETURN e.entityId AS entityId, e.name AS name, e.kind AS kind, e.normalised AS normalised,
         m.mentions AS mentions, count(o) AS otherDocuments`;

const relationsOfDocument = `
  MATCH (d:Document {id: $id})-[s:STATES]->(r:Relation)
  RETURN r.kind AS kind, r.ofEntity AS ofEntity, r.toEntity AS toEntity, s.sentence AS sentence`;

const topicsOfDocument = `
  MATCH (d:Document {id: $id})-[a:ABOUT]->(t:Topic)
  RETURN t.label AS label, a.score AS score, a.mentions AS mentions
  ORDER BY score DESC, label`;

const entityRowSchema = entityNodeSchema.extend({ mentions: z.string(), otherDocuments: z.number() });
const relationRowSchema = z.object({
  kind: relationKindSchema,
  ofEntity: z.string(),
  toEntity: z.string(),
  sentence: z.string(),
});
/** A generation from before topics had places says nothing of them. */
const topicRowSchema = z.object({ label: z.string(), score: z.number(), mentions: z.string().nullable() });

export const spansSchema = z.array(spanSchema);
export const sentenceSchema = spanSchema.extend({ text: z.string() });

/** Who and what a document names, in the order of the text, what it says of them, and what it is about. */
export const entitiesOf = (graph: Driver, documentId: string, caseId: string): Promise<EntityList> =>
  inLiveGraph(graph, async (live) => {
    const groups = await mergedGroups(live, caseId);
    const id = live.id(documentId);
    const rows = await live.rows(entitiesOfDocument, { id }, entityRowSchema);
    const relations = await live.rows(relationsOfDocument, { id }, relationRowSchema);
    const topics = await live.rows(topicsOfDocument, { id }, topicRowSchema);
    const inGroups = rows.flatMap(({ entityId }) => groups.get(entityId) ?? []);
    const others = await documentsOfGroups(live, documentId, new Set(inGroups));

    const entities = [...Map.groupBy(rows, ({ entityId }) => shownAs(groups, entityId))].flatMap(
      ([entityId, same]) => {
        const group = groups.get(entityId);
        const [own] = same;
        const node = group?.shownAs ?? own;
        const mentions = same
          .flatMap((each) => spansSchema.parse(JSON.parse(each.mentions)))
          .sort((a, b) => a.start - b.start);
        const [first] = mentions;
        if (!first || !node || !own) return [];
        const { name, kind, normalised } = node;
        const otherDocuments = others.get(entityId) ?? own.otherDocuments;
        const merged = namesOf(group?.merged);
        return [
          {
            entityId,
            name,
            kind,
            ...(normalised && { normalised }),
            ...first,
            mentions,
            otherDocuments,
            merged,
          },
        ];
      },
    );
    return {
      entities: entities.sort((a, b) => a.start - b.start || a.end - b.end),
      relations: relations
        .map(({ kind, ofEntity, toEntity, sentence }) => ({
          kind,
          from: shownAs(groups, ofEntity),
          to: shownAs(groups, toEntity),
          sentence: sentenceSchema.parse(JSON.parse(sentence)),
        }))
        .filter(({ from, to }) => from !== to)
        .sort((a, b) => a.sentence.start - b.sentence.start || (a.kind < b.kind ? -1 : 1)),
      topics: topics.map(({ label, score, mentions }) => ({
        label,
        score,
        mentions: spansSchema.parse(JSON.parse(mentions ?? '[]')),
      })),
    };
  });

/** How many other documents mention a group, whichever of its names they use; by what the group is shown as. */
async function documentsOfGroups(
  live: LiveGraph,
  documentId: string,
  groups: ReadonlySet<{ shownAs: { entityId: string }; merged: readonly { entityId: string }[] }>,
): Promise<ReadonlyMap<string, number>> {
  const rootOf = new Map(
    [...groups].flatMap(({ shownAs: root, merged }) =>
      [root, ...merged].map(({ entityId }) => [entityId, root.entityId] as const),
    ),
  );
  const mentions = await mentionsOf(live, [...rootOf.keys()]);
  const documents = Map.groupBy(mentions, ({ entityId }) => rootOf.get(entityId) ?? entityId);
  return new Map(
    [...documents].map(([root, rows]) => {
      const others = new Set(rows.map((row) => row.documentId));
      others.delete(documentId);
      return [root, others.size];
    }),
  );
}
