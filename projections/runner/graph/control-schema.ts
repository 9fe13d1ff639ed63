import type { GraphSchema } from '#platform/graph-schema';

/** What the store keeps beside a read model's content. Positions and fences are text: no driver's number holds them. */
export const controlNodes: GraphSchema['nodes'] = {
  /** `<name>`: which generation readers see, and the last number given to one. */
  ProjectionPointer: {
    key: 'id',
    properties: { id: 'string', generation: 'integer', last: 'integer', locked: 'boolean' },
  },
  /** `<name>:g<generation>`; times are milliseconds since 1970. */
  ProjectionGeneration: {
    key: 'id',
    properties: {
      id: 'string',
      projection: 'string',
      generation: 'integer',
      version: 'integer',
      state: 'string',
      partitions: 'integer',
      rebuildId: 'string',
      createdAt: 'integer',
      changedAt: 'integer',
    },
  },
  /** `<name>:g<generation>:p<partition>`; `applied` is JSON. */
  ProjectionCheckpoint: {
    key: 'id',
    properties: {
      id: 'string',
      position: 'string',
      fence: 'string',
      applied: 'string',
      released: 'string',
      locked: 'boolean',
    },
  },
};

export const generationId = (name: string, generation: number) => `${name}:g${generation}`;
export const checkpointId = (name: string, generation: number, partition: number) =>
  `${generationId(name, generation)}:p${partition}`;

/** The ids of a generation's nodes begin with this. */
export const idPrefix = (generation: number) => `g${generation}:`;

/** Which generation readers see; no row, or null, where there is none. */
export const liveGeneration = 'MATCH (p:ProjectionPointer {id: $name}) RETURN p.generation AS generation';
