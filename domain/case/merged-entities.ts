import type { MergeEntities } from './commands.ts';
import { type CaseEvent, mostMergedAtOnce } from './events.ts';

/** What each merged entity is shown as. Never a chain: what is merged is always shown as one that stands for itself. */
export type MergedEntities = ReadonlyMap<string, string>;

type Merge = Extract<CaseEvent, { type: 'EntitiesMerged' }>;

/**
 * The events that make entities one. What was merged into one of them before comes along, so that each event says all
 * that changes; what is one already is left alone.
 */
export function mergeEntities({ caseId, into, entityIds }: MergeEntities, merged: MergedEntities): Merge[] {
  const target = merged.get(into) ?? into;
  const asked = new Set(entityIds.map((id) => merged.get(id) ?? id));
  asked.delete(target);
  const along = [...merged].filter(([, shownAs]) => asked.has(shownAs)).map(([id]) => id);
  const all = [...asked, ...along];
  const events: Merge[] = [];
  for (let at = 0; at < all.length; at += mostMergedAtOnce) {
    const some = all.slice(at, at + mostMergedAtOnce);
    events.push({ type: 'EntitiesMerged', data: { caseId, into: target, entityIds: some } });
  }
  return events;
}

/** After a merge or a split. */
export function evolveMerged(
  merged: MergedEntities,
  event: Extract<CaseEvent, { type: 'EntitiesMerged' | 'EntitySplit' }>,
): MergedEntities {
  const after = new Map(merged);
  if (event.type === 'EntitySplit') {
    after.delete(event.data.entityId);
    return after;
  }
  const { into, entityIds } = event.data;
  for (const id of entityIds) after.set(id, into);
  after.delete(into);
  return after;
}
