import { entityNameKey } from '#domain/case/entity-name';
import type { DocumentEvent } from '#domain/document/events';
import type { AnalysisAnswer } from '#domain/document/inference';
import { entityIdOf } from '#platform/ids';

type Analysis = Pick<Extract<DocumentEvent, { type: 'DocumentAnalysed' }>['data'], 'entities' | 'relations'>;

/**
 * Gives each entity its id in the case; two spellings of one entity become one, with the mentions of both. Relations
 * are between ids then, each of a kind between the same two only once.
 */
export function identified(
  caseId: string,
  entities: AnalysisAnswer['entities'],
  relations: AnalysisAnswer['relations'],
): Analysis {
  const byId = new Map<string, Analysis['entities'][number]>();
  const ids = entities.map((entity) => {
    const key = entity.normalised ?? entityNameKey(entity.kind, entity.name);
    const entityId = entityIdOf(caseId, entity.kind, key);
    const same = byId.get(entityId);
    const mentions = [...(same?.mentions ?? []), ...entity.mentions].sort((a, b) => a.start - b.start);
    byId.set(entityId, { ...(same ?? entity), entityId, mentions });
    return entityId;
  });
  const related = new Map<string, Analysis['relations'][number]>();
  for (const { kind, from: fromPlace, to: toPlace, sentence } of relations) {
    const [from, to] = [ids[fromPlace], ids[toPlace]];
    const key = `${kind} ${from} ${to}`;
    if (from === undefined || to === undefined || from === to || related.has(key)) continue;
    related.set(key, { kind, from, to, sentence });
  }
  return { entities: [...byId.values()], relations: [...related.values()] };
}
