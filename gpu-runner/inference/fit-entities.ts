import type { Entity, Relation, Topic } from '../models/model.ts';

/**
 * Most bytes of JSON that the entities of one answer take. A message on the bus and an event in the log may both have
 * 1 MiB; what is left is for the relations, the summary, the topics, and the id that each entity is given on the way into
 * the log.
 */
export const mostEntityBytes = 600_000;
/** The same for the relations, which get two ids of 36 characters each on the way. */
export const mostRelationBytes = 150_000;
/** Places that a topic keeps. */
const mostTopicMentions = 50;
const mostEntities = 500;
/** How many mentions an entity keeps: the first of these with which all entities fit, or the last. */
const mentionCaps = [200, 100, 50, 20];

export type FittedEntities = {
  /** Most mentioned first. */
  readonly entities: Entity[];
  readonly omittedEntities: number;
  /** Places left out of the entities that are kept. */
  readonly omittedMentions: number;
};

const bytesOf = (entity: Entity) => Buffer.byteLength(JSON.stringify(entity)) + 1;
const bytesInLog = (relation: Relation) => Buffer.byteLength(JSON.stringify(relation)) + 73;

/**
 * Shortens what was found to what a message and an event carry. Places are given up before entities: a name that is
 * missing is missed more than its fiftieth mention.
 */
export function fitEntities(found: readonly Entity[], mostBytes = mostEntityBytes): FittedEntities {
  const ordered = found.toSorted((a, b) => b.mentions.length - a.mentions.length).slice(0, mostEntities);
  let kept: Entity[] = [];
  for (const cap of mentionCaps) {
    const capped = ordered.map((entity) => ({ ...entity, mentions: entity.mentions.slice(0, cap) }));
    kept = takeWhileFitting(capped, bytesOf, mostBytes);
    if (kept.length === capped.length) break;
  }
  const places = (entities: readonly Entity[]) =>
    entities.reduce((sum, { mentions }) => sum + mentions.length, 0);
  return {
    entities: kept,
    omittedEntities: found.length - kept.length,
    omittedMentions: places(ordered.slice(0, kept.length)) - places(kept),
  };
}

/**
 * The relations between entities that are kept, as far as they fit, the first ones first.
 *
 * @param found the entities that the relations are between
 * @param kept what `fitEntities` kept of them, in whatever order
 */
export function fitRelations(
  relations: readonly Relation[],
  found: readonly Entity[],
  kept: readonly Entity[],
  mostBytes = mostRelationBytes,
): { readonly relations: Relation[]; readonly omittedRelations: number } {
  const places = new Map(kept.map((entity, at) => [entityKey(entity), at]));
  const placeOf = (at: number) => {
    const entity = found[at];
    return entity && places.get(entityKey(entity));
  };
  const between = relations.flatMap((relation): Relation[] => {
    const [from, to] = [placeOf(relation.from), placeOf(relation.to)];
    return from === undefined || to === undefined ? [] : [{ ...relation, from, to }];
  });
  const fitting = takeWhileFitting(between, bytesInLog, mostBytes);
  return { relations: fitting, omittedRelations: relations.length - fitting.length };
}

const entityKey = ({ kind, name, mentions }: Entity) => `${kind} ${name} ${mentions[0]?.start}`;

export const fitTopics = (topics: readonly Topic[]): Topic[] =>
  topics.map((topic) => ({ ...topic, mentions: topic.mentions.slice(0, mostTopicMentions) }));

function takeWhileFitting<Value>(
  values: readonly Value[],
  bytesOfEach: (value: Value) => number,
  mostBytes: number,
): Value[] {
  let bytes = 0;
  const beyond = values.findIndex((value) => {
    bytes += bytesOfEach(value);
    return bytes > mostBytes;
  });
  return beyond === -1 ? [...values] : values.slice(0, beyond);
}
