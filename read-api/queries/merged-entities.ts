import { z } from 'zod';
import { entityKindSchema } from '#domain/document/events';
import type { LiveGraph } from './live-graph.ts';

export const entityNodeSchema = z.object({
  entityId: z.string(),
  name: z.string(),
  kind: entityKindSchema,
  normalised: z.string(),
});
export type EntityNode = z.infer<typeof entityNodeSchema>;

/** Entities that are one: the one they are shown as, and those that were merged into it. */
export type MergedGroup = { readonly shownAs: EntityNode; readonly merged: readonly EntityNode[] };

const mergesOfCase = `
  MATCH (e:Entity)-[:MERGED_INTO]->(r:Entity)
  WHERE r.caseId = $caseId AND r.id > $start AND r.id < $end
  RETURN e.entityId AS entityId, e.name AS name, e.kind AS kind, e.normalised AS normalised,
         r.entityId AS rootId, r.name AS rootName, r.kind AS rootKind, r.normalised AS rootNormalised
  ORDER BY name, entityId`;

const mergeRowSchema = entityNodeSchema.extend({
  rootId: z.string(),
  rootName: z.string(),
  rootKind: entityKindSchema,
  rootNormalised: z.string(),
});

/** The groups of a case, under the id of every entity that is in one. */
export async function mergedGroups(
  live: LiveGraph,
  caseId: string,
): Promise<ReadonlyMap<string, MergedGroup>> {
  const rows = await live.rows(mergesOfCase, { caseId, ...live.range }, mergeRowSchema);
  const groups = new Map<string, MergedGroup>();
  for (const [rootId, members] of Map.groupBy(rows, (row) => row.rootId)) {
    const [first] = members;
    if (!first) continue;
    const { rootName: name, rootKind: kind, rootNormalised: normalised } = first;
    const merged = members.map((row) => entityNodeSchema.parse(row));
    const group = { shownAs: { entityId: rootId, name, kind, normalised }, merged };
    for (const entityId of [rootId, ...merged.map((each) => each.entityId)]) groups.set(entityId, group);
  }
  return groups;
}

/** The entity an id is shown as: itself, or the one it was merged into. */
export const shownAs = (groups: ReadonlyMap<string, MergedGroup>, entityId: string): string =>
  groups.get(entityId)?.shownAs.entityId ?? entityId;

/** Names as an answer carries them. */
export const namesOf = (merged: readonly EntityNode[] = []) =>
  merged.map(({ entityId, name }) => ({ entityId, name }));

const documentsOfEntities = `
  MATCH (d:Document)-[m:MENTIONS]->(e:Entity)
  WHERE e.id IN $ids AND d.withdrawn = false
  RETURN e.entityId AS entityId, d.documentId AS documentId, d.fileName AS fileName, m.mentions AS mentions
  ORDER BY fileName, documentId`;

const mentionRowSchema = z.object({
  entityId: z.string(),
  documentId: z.string(),
  fileName: z.string(),
  mentions: z.string(),
});

/** Each document that mentions one of the entities, and where; a document comes once for each of them. */
export async function mentionsOf(live: LiveGraph, entityIds: readonly string[]) {
  if (entityIds.length === 0) return [];
  return live.rows(documentsOfEntities, { ids: entityIds.map(live.id) }, mentionRowSchema);
}
