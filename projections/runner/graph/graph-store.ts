import neo4j, { type Driver, type ManagedTransaction } from 'neo4j-driver';
import type { GraphSchema } from '#platform/graph-schema';
import type { GraphReadModel } from '../../read-model.ts';
import { advanced, droppedFence, isBehind, opened, unopened, withoutFence } from '../fenced-checkpoint.ts';
import { newGeneration } from '../new-generation.ts';
import { partitionsOf } from '../partition-of.ts';
import type { Generation, ReadModelStore } from '../read-model-store.ts';
import { adoptOnlyGeneration } from './adopt.ts';
import { applyPart, idRange, loadEntries, pageOf, partOf } from './content.ts';
import { type ControlNodes, controlNodesOf } from './control.ts';
import { controlNodes } from './control-schema.ts';
import { dropGeneration } from './drop.ts';
import { statementsOf } from './statements.ts';

/** Makes the labels and relationship types of a schema known to whatever engine is behind the driver. */
export type ApplyGraphSchema = (driver: Driver, schema: GraphSchema) => Promise<void>;

export type GraphTransactions = {
  read<T>(work: (control: ControlNodes, transaction: ManagedTransaction) => Promise<T>): Promise<T>;
  write<T>(work: (control: ControlNodes, transaction: ManagedTransaction) => Promise<T>): Promise<T>;
};

/**
 * The generations of one graph read model in one graph, whatever engine is behind the driver. A generation's nodes have
 * its number in their ids, so generations lie side by side; the generations themselves and their checkpoints are nodes.
 *
 * @throws {z.ZodError | Error} for a schema that contradicts itself, or parts that are not in it
 */
export function graphStore(
  driver: Driver,
  model: GraphReadModel,
  applySchema: ApplyGraphSchema,
): ReadModelStore {
  const { name } = model;
  const statements = statementsOf(model);
  const schema = { ...model.schema, nodes: { ...model.schema.nodes, ...controlNodes } };
  const { read, write } = transactionsOf(driver, name);
  let schemaIsThere = false;

  async function prepare(): Promise<void> {
    await applySchema(driver, schema);
    schemaIsThere = true;
  }

  return {
    async generations() {
      if (!schemaIsThere) await prepare();
      const found = await read((control) => control.generations());
      if (found.length > 0) return found;
      return write(async (control, transaction) => {
        await adoptOnlyGeneration(transaction, control, name);
        return control.generations();
      });
    },

    async create({ version, state, partitions, rebuildId }) {
      await prepare();
      return write(async (control) => {
        const { generation: live, last } = await control.lockPointer();
        if (state === 'live' && live !== undefined)
          throw new Error(`${name} has a live generation already: ${live}.`);
        const there = rebuildId && (await control.generations()).find((each) => each.rebuildId === rebuildId);
        if (there) return there;
        const made = newGeneration(last + 1, { version, state, partitions, rebuildId });
        await control.setGeneration(made);
        for (const partition of partitionsOf(partitions))
          await control.setCheckpoint(made.generation, partition, unopened);
        await control.setPointer({
          generation: state === 'live' ? made.generation : live,
          last: made.generation,
        });
        return made;
      });
    },

    checkpoint: (generation, partition) =>
      read(async (control) => withoutFence(await control.checkpoint(generation, partition))),

    open: (generation, partition, fence) =>
      write(async (control) => {
        const checkpoint = opened(await control.lockCheckpoint(generation, partition), fence);
        await control.setCheckpoint(generation, partition, checkpoint);
        return withoutFence(checkpoint);
      }),

    load: (generation, needs) =>
      read((_, transaction) => loadEntries(transaction, generation, needs, statements)),

    commit: (generation, commit, { bulk = false } = {}) =>
      write(async (control, transaction) => {
        const before = await control.lockCheckpoint(generation, commit.partition);
        await control.setCheckpoint(generation, commit.partition, advanced(before, commit));
        for (const changes of commit.changes)
          await applyPart(transaction, generation, changes, partOf(statements, changes.part.name), bulk);
      }),

    // Constraints and indexes belong to the labels, which all generations share.
    finish: async () => undefined,

    mark: (generation, state) =>
      write(async (control) => {
        await control.lockPointer();
        const found = generationOf(await control.generations(), generation);
        if (found.state === state) return;
        if (found.state !== 'building' && found.state !== 'ready')
          throw new Error(`Generation ${generation} of ${name} is ${found.state}.`);
        await control.setGeneration({ ...found, state, changedAt: new Date() });
      }),

    switchTo: (generation) =>
      write(async (control) => {
        const { generation: live, last } = await control.lockPointer();
        if (live === generation) return 'switched';
        const all = await control.generations();
        const next = generationOf(all, generation);
        const before = all.find((each) => each.generation === live);
        // Locked, so that neither moves between the comparison and the switch.
        const checkpointsOf = async (of: Generation) => {
          const checkpoints = [];
          for (const partition of partitionsOf(of.partitions))
            checkpoints.push(await control.lockCheckpoint(of.generation, partition));
          return checkpoints;
        };
        const ours = await checkpointsOf(next);
        if (ours.some(({ fence }) => fence === droppedFence))
          throw new Error(`Generation ${generation} of ${name} is being dropped.`);
        if (before && isBehind(ours, await checkpointsOf(before))) return 'behind';
        const changedAt = new Date();
        if (before) await control.setGeneration({ ...before, state: 'retired', changedAt });
        await control.setGeneration({ ...next, state: 'live', changedAt });
        await control.setPointer({ generation, last });
        return 'switched';
      }),

    drop: (generation) => dropGeneration({ write }, model, generation),

    count: (generation) =>
      read(async (_, transaction) => {
        const counts = new Map<string, number>();
        for (const [part, { count }] of statements) {
          const { records } = await transaction.run(count, idRange(generation));
          counts.set(part, Number(records[0]?.get('entries') ?? 0));
        }
        return counts;
      }),

    page: (generation, part, after, limit) =>
      read((_, transaction) => pageOf(transaction, generation, partOf(statements, part.name), after, limit)),

    isTransient: (error) =>
      neo4j.isRetryableError(error) || /ServiceUnavailable|SessionExpired/.test(String(error)),
  };
}

/** @throws {Error} if it is not among them */
function generationOf(all: readonly Generation[], generation: number): Generation {
  const found = all.find((each) => each.generation === generation);
  if (!found) throw new Error(`There is no generation ${generation}.`);
  return found;
}

function transactionsOf(driver: Driver, name: string): GraphTransactions {
  return {
    async read(work) {
      const session = driver.session({ defaultAccessMode: neo4j.session.READ });
      try {
        return await session.executeRead((transaction) =>
          work(controlNodesOf(transaction, name), transaction),
        );
      } finally {
        await session.close();
      }
    },
    async write(work) {
      const session = driver.session({ defaultAccessMode: neo4j.session.WRITE });
      try {
        return await session.executeWrite((transaction) =>
          work(controlNodesOf(transaction, name), transaction),
        );
      } finally {
        await session.close();
      }
    },
  };
}
