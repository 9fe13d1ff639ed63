import type { Entity } from '../models/model.ts';

/**
 * Most bytes of JSON that the entities of one answer take. A message on the bus and an event in the log may both have
 * 1 MiB; what is left is for the summary, the topics, and the id that each entity is given on the way into the log.
 */
export const mostEntityBytes = 600_000;
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

/**
 * Shortens what was found to what a message and an event carry. Places are given up before entities: a name that is
 * missing is missed more than its fiftieth mention.
 */
export function fitEntities(found: readonly Entity[], mostBytes = mostEntityBytes): FittedEntities {
  const ordered = found.toSorted((a, b) => b.mentions.length - a.mentions.length).slice(0, mostEntities);
  let kept: Entity[] = [];
  for (const cap of mentionCaps) {
    const capped = ordered.map((entity) => ({ ...entity, mentions: entity.mentions.slice(0, cap) }));
    kept = takeWhileFitting(capped, mostBytes);
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

function takeWhileFitting(entities: readonly Entity[], mostBytes: number): Entity[] {
  let bytes = 0;
  const beyond = entities.findIndex((entity) => {
    bytes += bytesOf(entity);
    return bytes > mostBytes;
  });
  return beyond === -1 ? [...entities] : entities.slice(0, beyond);
}
