import neo4j, { type ManagedTransaction } from 'neo4j-driver';
import { z } from 'zod';
import { type FencedCheckpoint, typeCountsSchema, unopened } from '../fenced-checkpoint.ts';
import { partitionsOf } from '../partition-of.ts';
import type { Generation } from '../read-model-store.ts';
import { checkpointId, generationId, liveGeneration } from './control-schema.ts';
import { fromEntity } from './properties.ts';

const generationSchema = z.object({
  generation: z.number(),
  version: z.number(),
  state: z.enum(['building', 'ready', 'live', 'retired']),
  partitions: z.number(),
  rebuildId: z.string().exactOptional(),
  createdAt: z.number().transform((time) => new Date(time)),
  changedAt: z.number().transform((time) => new Date(time)),
});

const checkpointSchema = z.object({
  position: z.coerce.bigint(),
  // One that another version has left has never been opened under a fence.
  fence: z.coerce.bigint().default(unopened.fence),
  applied: z
    .string()
    .default('{}')
    .transform((json) => typeCountsSchema.parse(JSON.parse(json))),
  released: z.string().exactOptional(),
});

const pointerSchema = z.object({ generation: z.number().optional(), last: z.number().default(0) });
export type Pointer = z.output<typeof pointerSchema>;

/** What the store says about the generations of one projection, read and written inside a transaction. */
export type ControlNodes = ReturnType<typeof controlNodesOf>;

export function controlNodesOf(transaction: ManagedTransaction, name: string) {
  const entities = async (statement: string, parameters: Readonly<Record<string, unknown>>) => {
    const { records } = await transaction.run(statement, parameters);
    return records.map((record) => fromEntity(record.get('entity')));
  };

  const parameter = (value: number | undefined) => (value === undefined ? null : neo4j.int(value));

  /** @throws {Error} if there is no such generation or partition */
  async function checkpoint(generation: number, partition: number): Promise<FencedCheckpoint> {
    const id = checkpointId(name, generation, partition);
    const [entity] = await entities('MATCH (c:ProjectionCheckpoint {id: $id}) RETURN c AS entity', { id });
    if (!entity) throw new Error(`${name} has no partition ${partition} of a generation ${generation}.`);
    return checkpointSchema.parse(entity);
  }

  return {
    checkpoint,

    async generations(): Promise<readonly Generation[]> {
      const found = await entities(
        'MATCH (g:ProjectionGeneration) WHERE g.projection = $name RETURN g AS entity ORDER BY g.generation',
        { name },
      );
      return found.map((entity) => generationSchema.parse(entity));
    },

    async live(): Promise<number | undefined> {
      const { records } = await transaction.run(liveGeneration, { name });
      const generation: unknown = records[0]?.get('generation') ?? undefined;
      return generation === undefined ? undefined : Number(generation);
    },

    /** Neo4j reads without a lock: writing first makes the next one wait here and then see what we wrote. */
    async lockPointer(): Promise<Pointer> {
      await transaction.run('MERGE (p:ProjectionPointer {id: $name}) SET p.locked = true', { name });
      const [entity] = await entities('MATCH (p:ProjectionPointer {id: $name}) RETURN p AS entity', { name });
      return pointerSchema.parse(entity);
    },

    async setPointer({ generation, last }: Pointer): Promise<void> {
      await transaction.run(
        'MATCH (p:ProjectionPointer {id: $name}) SET p.generation = $generation, p.last = $last',
        { name, generation: parameter(generation), last: parameter(last) },
      );
    },

    async setGeneration(each: Generation): Promise<void> {
      await transaction.run(
        `MERGE (g:ProjectionGeneration {id: $id})
         SET g.projection = $name, g.generation = $generation, g.version = $version, g.state = $state,
             g.partitions = $partitions, g.rebuildId = $rebuildId, g.createdAt = $createdAt,
             g.changedAt = $changedAt`,
        {
          id: generationId(name, each.generation),
          name,
          generation: parameter(each.generation),
          version: parameter(each.version),
          state: each.state,
          partitions: parameter(each.partitions),
          rebuildId: each.rebuildId ?? null,
          createdAt: parameter(each.createdAt.getTime()),
          changedAt: parameter(each.changedAt.getTime()),
        },
      );
    },

    async lockCheckpoint(generation: number, partition: number): Promise<FencedCheckpoint> {
      const id = checkpointId(name, generation, partition);
      await transaction.run('MATCH (c:ProjectionCheckpoint {id: $id}) SET c.locked = true', { id });
      return checkpoint(generation, partition);
    },

    async setCheckpoint(generation: number, partition: number, checkpoint: FencedCheckpoint): Promise<void> {
      await transaction.run(
        `MERGE (c:ProjectionCheckpoint {id: $id})
         SET c.position = $position, c.fence = $fence, c.applied = $applied, c.released = $released`,
        {
          id: checkpointId(name, generation, partition),
          position: String(checkpoint.position),
          fence: String(checkpoint.fence),
          applied: JSON.stringify(checkpoint.applied),
          released: checkpoint.released ?? null,
        },
      );
    },

    /** Takes away everything but the pointer. */
    async forget({ generation, partitions }: Generation): Promise<void> {
      const ids = partitionsOf(partitions).map((partition) => checkpointId(name, generation, partition));
      await transaction.run('UNWIND $ids AS id MATCH (c:ProjectionCheckpoint {id: id}) DELETE c', { ids });
      await transaction.run('MATCH (g:ProjectionGeneration {id: $id}) DELETE g', {
        id: generationId(name, generation),
      });
    },
  };
}
