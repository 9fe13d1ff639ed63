import type { Driver } from 'neo4j-driver';
import { z } from 'zod';
import { type Duplicate, likelyDuplicates } from '#domain/case/likely-duplicates';
import type { EntityKind } from '#domain/document/events';
import type { CaseEntity, CaseEntityList } from '../contract.ts';
import { inLiveGraph, type LiveGraph } from './live-graph.ts';
import { entityNodeSchema, type MergedGroup, mentionsOf, mergedGroups, namesOf } from './merged-entities.ts';

const entitiesOfCase = `
  MATCH (d:Document)-[m:MENTIONS]->(e:Entity)
  WHERE e.caseId = $caseId AND e.id > $start AND e.id < $end AND d.withdrawn = false
  RETURN e.entityId AS entityId, e.name AS name, e.kind AS kind, e.normalised AS normalised,
         count(d) AS documents, sum(m.times) AS mentions`;

const rowSchema = entityNodeSchema.extend({ documents: z.number(), mentions: z.coerce.number() });

/** Where a page ended: what its last entity was sorted by, the numbers as digits. */
export type EntityPlace = readonly [documents: string, mentions: string, name: string, entityId: string];
const placeOf = ({ documents, mentions, name, entityId }: CaseEntity): EntityPlace => [
  String(documents),
  String(mentions),
  name,
  entityId,
];

export type EntityFilters = { readonly q?: string | undefined; readonly kind?: EntityKind | undefined };

/** A page of what the documents of a case name, what most of them name first. */
export async function listCaseEntities(
  graph: Driver,
  caseId: string,
  of: EntityFilters & { readonly limit: number; readonly after: EntityPlace | undefined },
): Promise<Omit<CaseEntityList, 'next'> & { next?: EntityPlace }> {
  const { q, kind, limit, after } = of;
  const wanted = q?.toLowerCase();
  const named = (await allEntities(graph, caseId)).filter(
    ({ name, merged }) =>
      !wanted ||
      [name, ...merged.map((each) => each.name)].some((each) => each.toLowerCase().includes(wanted)),
  );
  const counts = Map.groupBy(named, (entity) => entity.kind);
  const all = kind ? (counts.get(kind) ?? []) : named;
  const rest = after ? all.filter((entity) => compare(placeOf(entity), after) > 0) : all;
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    total: all.length,
    kinds: [...counts].map(([value, { length: count }]) => ({ value, count })),
    ...(last && rest.length > limit && { next: placeOf(last) }),
  };
}

/** Which entities of a case may be one, for a person to decide. */
export const duplicatesOfCase = async (graph: Driver, caseId: string): Promise<Duplicate<CaseEntity>[]> =>
  likelyDuplicates(await allEntities(graph, caseId));

/**
 * All entities of a case, those that were merged as one. A case has some thousands of them, and whoever merges wants to
 * see them counted as one and in their place, so the graph is asked for all of them and not for a page.
 */
const allEntities = (graph: Driver, caseId: string): Promise<CaseEntity[]> =>
  inLiveGraph(graph, async (live) => {
    const groups = await mergedGroups(live, caseId);
    const rows = await live.rows(entitiesOfCase, { caseId, ...live.range }, rowSchema);
    const alone = rows.filter(({ entityId }) => !groups.has(entityId)).map((row) => ofNode(row, row));
    const merged = await Promise.all([...new Set(groups.values())].map((group) => ofGroup(live, group)));
    return [...alone, ...merged.filter(({ documents }) => documents > 0)].sort((a, b) =>
      compare(placeOf(a), placeOf(b)),
    );
  });

async function ofGroup(live: LiveGraph, { shownAs, merged }: MergedGroup): Promise<CaseEntity> {
  const rows = await mentionsOf(
    live,
    [shownAs, ...merged].map(({ entityId }) => entityId),
  );
  const documents = new Set(rows.map(({ documentId }) => documentId)).size;
  const mentions = rows.reduce(
    (sum, row) => sum + z.array(z.unknown()).parse(JSON.parse(row.mentions)).length,
    0,
  );
  return { ...ofNode(shownAs, { documents, mentions }), merged: namesOf(merged) };
}

const ofNode = (
  { entityId, name, kind, normalised }: z.infer<typeof entityNodeSchema>,
  { documents, mentions }: { documents: number; mentions: number },
): CaseEntity => ({
  entityId,
  name,
  kind,
  ...(normalised && { normalised }),
  documents,
  mentions,
  merged: [],
});

/** More documents first, then more mentions, then by name. */
function compare(a: EntityPlace, b: EntityPlace): number {
  const order = Number(b[0]) - Number(a[0]) || Number(b[1]) - Number(a[1]);
  if (order !== 0) return order;
  if (a[2] !== b[2]) return a[2] < b[2] ? -1 : 1;
  return a[3] < b[3] ? -1 : Number(a[3] !== b[3]);
}
