import { z } from 'zod';
import type { GraphReading } from './graph-queries.ts';
import { type Feature, tellingKinds } from './knowledge.ts';

/** What more documents than this name leads nowhere in particular, and would be much to look at. */
const mostDocuments = 500;
/** The same in a small case, as a share of its documents; a few may always. */
const largestShare = 0.25;
const fewDocuments = 5;

type Found = { readonly id: string; readonly kind: Feature['kind']; readonly name: string };
type Linked = { readonly documentId: string; readonly fileName: string; readonly weight: number };

/** What documents name, and the other documents that name it too. */
export type LoadedFeatures = {
  readonly features: readonly Feature[];
  /** File names of the documents that are in them. */
  readonly documents: ReadonlyMap<string, string>;
};

const kinds = {
  entity: {
    named: `UNWIND $ids AS id MATCH (:Document {id: id})-[:MENTIONS]->(f:Entity)
      OPTIONAL MATCH (f)-[:MERGED_INTO]->(t:Entity)
      RETURN DISTINCT f.entityId AS id, f.name AS name, f.kind AS kind, t.entityId AS into, t.name AS intoName`,
    merged: `UNWIND $ids AS id MATCH (f:Entity)-[:MERGED_INTO]->(t:Entity {id: id})
      RETURN t.entityId AS id, f.entityId AS merged`,
    count: `UNWIND $ids AS id MATCH (f:Entity {id: id})<-[m:MENTIONS]-(:Document)
      RETURN f.entityId AS id, count(m) AS documents`,
    linked: `UNWIND $ids AS id MATCH (f:Entity {id: id})<-[m:MENTIONS]-(d:Document) WHERE d.withdrawn = false
      RETURN f.entityId AS id, d.documentId AS documentId, d.fileName AS fileName, m.times AS weight`,
  },
  topic: {
    named: `UNWIND $ids AS id MATCH (:Document {id: id})-[:ABOUT]->(f:Topic)
      RETURN DISTINCT f.label AS id, f.label AS name`,
    count: `UNWIND $ids AS id MATCH (f:Topic {id: id})<-[m:ABOUT]-(:Document)
      RETURN f.label AS id, count(m) AS documents`,
    linked: `UNWIND $ids AS id MATCH (f:Topic {id: id})<-[m:ABOUT]-(d:Document) WHERE d.withdrawn = false
      RETURN f.label AS id, d.documentId AS documentId, d.fileName AS fileName, m.score AS weight`,
  },
} as const;

const entityRow = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  into: z.string().nullable(),
  intoName: z.string().nullable(),
});
const topicRow = z.object({ id: z.string(), name: z.string() });
const mergedRow = z.object({ id: z.string(), merged: z.string() });
const countRow = z.object({ id: z.string(), documents: z.number() });
const linkRow = z.object({
  id: z.string(),
  documentId: z.string(),
  fileName: z.string(),
  weight: z.number(),
});

/**
 * Loads what some documents of a case name: entities (as people have merged them) and topics.
 *
 * @param total documents of the case
 */
export async function loadFeatures(
  reading: GraphReading,
  caseId: string,
  documentIds: readonly string[],
  total: number,
): Promise<LoadedFeatures> {
  const most = Math.min(mostDocuments, Math.max(fewDocuments, total * largestShare));
  const ids = documentIds.map(reading.id);
  const entities = await entitiesOf(reading, ids);
  const topics = await reading.ask(kinds.topic.named, { ids }, topicRow);
  const loaded = [
    ...(await withDocuments(reading, 'entity', entities, most, reading.id)),
    ...(await withDocuments(
      reading,
      'topic',
      topics.map((topic) => ({ ...topic, kind: 'topic', parts: [topic.id] })),
      most,
      (label) => reading.id(`${caseId}:topic:${label}`),
    )),
  ];
  return {
    features: loaded.map(({ linked, ...feature }) => ({
      ...feature,
      documents: linked.map(({ documentId, weight }) => ({ documentId, weight })),
    })),
    documents: new Map(
      loaded.flatMap(({ linked }) =>
        linked.map(({ documentId, fileName }) => [documentId, fileName] as const),
      ),
    ),
  };
}

/** An entity with all that people have said is the same. */
type Whole = Found & { readonly parts: readonly string[] };

async function entitiesOf(reading: GraphReading, ids: readonly string[]): Promise<readonly Whole[]> {
  const rows = await reading.ask(kinds.entity.named, { ids }, entityRow);
  const byId = new Map<string, { name: string; parts: Set<string> }>();
  for (const { id, name, kind, into, intoName } of rows) {
    if (!tellingKinds.includes(kind)) continue;
    const known = byId.get(into ?? id) ?? { name: intoName ?? name, parts: new Set([into ?? id]) };
    known.parts.add(id);
    byId.set(into ?? id, known);
  }
  const merged = await reading.ask(kinds.entity.merged, { ids: [...byId.keys()].map(reading.id) }, mergedRow);
  for (const { id, merged: part } of merged) byId.get(id)?.parts.add(part);
  return [...byId].map(([id, { name, parts }]) => ({ kind: 'entity', id, name, parts: [...parts] }));
}

async function withDocuments(
  reading: GraphReading,
  kind: Feature['kind'],
  found: readonly Whole[],
  most: number,
  nodeOf: (part: string) => string,
): Promise<(Found & { readonly linked: readonly Linked[] })[]> {
  const { count, linked } = kinds[kind];
  const parts = found.flatMap((each) => each.parts);
  const counts = await reading.ask(count, { ids: parts.map(nodeOf) }, countRow);
  const few = counts.filter(({ documents }) => documents <= most).map(({ id }) => id);
  const rows = await reading.ask(linked, { ids: few.map(nodeOf) }, linkRow);
  const byPart = Map.groupBy(rows, ({ id }) => id);
  return found
    .map(({ id, name, parts: of }) => {
      const links = new Map<string, Linked>();
      for (const { documentId, fileName, weight } of of.flatMap((part) => byPart.get(part) ?? [])) {
        const before = links.get(documentId)?.weight ?? 0;
        links.set(documentId, { documentId, fileName, weight: before + weight });
      }
      return { id, kind, name, linked: [...links.values()].map((each) => dampened(each, kind)) };
    })
    .filter(({ linked: links }) => links.length > 1)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A name that stands a hundred times is not a hundred times as telling. */
const dampened = (link: Linked, kind: Feature['kind']): Linked =>
  kind === 'entity' ? { ...link, weight: 1 + Math.log(link.weight) } : link;
