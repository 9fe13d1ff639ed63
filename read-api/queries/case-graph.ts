import neo4j, { type Driver } from 'neo4j-driver';
import { z } from 'zod';
import { entityKindSchema, spanSchema } from '#domain/document/events';
import { caseGraphGeneration, nodeId } from '#projections/case-graph/graph';
import { liveGeneration } from '#projections/runner/graph/control-schema';
import type { EntityList, SimilarList } from '../contract.ts';

/** Similar documents shown; each document found five of its own, and later ones may have found it. */
const mostSimilar = 10;

// Likeness has no direction, but its edge does: from the document that came later to the one it was found alike.
const similarDocuments = `
  MATCH (:Document {id: $id})-[s:SIMILAR_TO]-(o:Document)
  WHERE o.withdrawn = false
  RETURN o.documentId AS documentId, o.fileName AS fileName, max(s.score) AS score
  ORDER BY score DESC, documentId
  LIMIT $limit`;

const entitiesOfDocument = `
  MATCH (d:Document {id: $id})-[m:MENTIONS]->(e:Entity)
  OPTIONAL MATCH (e)<-[:MENTIONS]-(o:Document)
  WHERE o.id <> $id AND o.withdrawn = false
  RETURN e.entityId AS entityId, e.name AS name, e.kind AS kind, e.normalised AS normalised,
         m.mentions AS mentions, count(o) AS otherDocuments`;

const similarRowSchema = z.object({ documentId: z.string(), fileName: z.string(), score: z.number() });
const entityRowSchema = z.object({
  entityId: z.string(),
  name: z.string(),
  kind: entityKindSchema,
  normalised: z.string(),
  mentions: z.string(),
  otherDocuments: z.number(),
});
const mentionsSchema = z.array(spanSchema).min(1);

/** The documents most like this one, the most alike first; withdrawn ones left out. */
export async function similarTo(graph: Driver, documentId: string): Promise<SimilarList> {
  const limit = neo4j.int(mostSimilar);
  return { similar: await readLive(graph, documentId, similarDocuments, { limit }, similarRowSchema) };
}

/** Who and what a document names, in the order of the text. */
export async function entitiesOf(graph: Driver, documentId: string): Promise<EntityList> {
  const rows = await readLive(graph, documentId, entitiesOfDocument, {}, entityRowSchema);
  const entities = rows.flatMap(({ normalised, mentions: json, ...entity }) => {
    const mentions = mentionsSchema.parse(JSON.parse(json)).sort((a, b) => a.start - b.start);
    const [first] = mentions;
    return first ? [{ ...entity, ...(normalised && { normalised }), ...first, mentions }] : [];
  });
  return { entities: entities.sort((a, b) => a.start - b.start || a.end - b.end) };
}

const pointerSchema = z.object({ generation: z.number().nullable() });

/** Asks about a document in the generation that is live when it is asked: `$id` is its node's. */
async function readLive<Row extends z.ZodType>(
  graph: Driver,
  documentId: string,
  statement: string,
  parameters: Readonly<Record<string, unknown>>,
  rowSchema: Row,
): Promise<z.output<Row>[]> {
  const session = graph.session({ defaultAccessMode: neo4j.session.READ });
  try {
    return await session.executeRead(async (transaction) => {
      const pointer = await transaction.run(liveGeneration, { name: 'case-graph' });
      const row = pointer.records[0]?.toObject();
      const generation = row ? pointerSchema.parse(row).generation : undefined;
      const id = nodeId(generation ?? caseGraphGeneration, documentId);
      const { records } = await transaction.run(statement, { ...parameters, id });
      return records.map((record) => rowSchema.parse(record.toObject()));
    });
  } finally {
    await session.close();
  }
}
