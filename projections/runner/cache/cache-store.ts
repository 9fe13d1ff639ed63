import type { ReadCache } from '#platform/ports';
import type { CacheReadModel } from '../../read-model.ts';
import { advanced, droppedFence, isBehind, opened, unopened, withoutFence } from '../fenced-checkpoint.ts';
import { generationPointer, generationPrefix } from '../keys.ts';
import { newGeneration } from '../new-generation.ts';
import { partitionsOf } from '../partition-of.ts';
import { CheckpointMovedError, type Generation, type ReadModelStore } from '../read-model-store.ts';
import { cacheContentOf } from './content.ts';
import { controlKeysOf } from './control.ts';
import { checkpointKey } from './control-keys.ts';

/** Keys taken away in one step when a generation is dropped. */
const dropSlice = 1_000;

/** Of a cache that is away, starting or overloaded, and of a file that another process is writing to. */
const passing =
  /MaxRetriesPerRequest|Connection is closed|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|database is locked/;

/**
 * The generations of one read model in one cache. Every change is one checked commit: it names what it was worked out
 * from, and is nothing if that has changed.
 *
 * @throws {Error} for key spaces that this store cannot keep
 */
export function cacheStore(cache: ReadCache, model: CacheReadModel): ReadModelStore {
  const { name } = model;
  const content = cacheContentOf(cache, model);
  const control = controlKeysOf(cache, name);

  return {
    async generations() {
      const { json, value } = await control.read();
      if (json !== undefined) return value.generations;
      await control.adoptOnlyGeneration();
      return (await control.read()).value.generations;
    },

    create: ({ version, state, partitions, rebuildId }) =>
      control.update(async ({ last, generations }) => {
        const live = generations.find((each) => each.state === 'live');
        if (state === 'live' && live)
          throw new Error(`${name} has a live generation already: ${live.generation}.`);
        const there = rebuildId && generations.find((each) => each.rebuildId === rebuildId);
        if (there) return { answer: there };
        const made = newGeneration(last + 1, { version, state, partitions, rebuildId });
        const { generation } = made;
        const sets = [
          control.setGenerations({ last: generation, generations: [...generations, made] }),
          ...partitionsOf(partitions).map((each) => control.setCheckpoint(generation, each, unopened)),
          ...(state === 'live' ? [{ key: generationPointer(name), value: String(generation) }] : []),
        ];
        return { change: { sets }, answer: made };
      }),

    checkpoint: async (generation, partition) =>
      withoutFence((await control.checkpoint(generation, partition)).value),

    open: async (generation, partition, fence) =>
      withoutFence(await control.takeOver(generation, partition, (before) => opened(before, fence))),

    load: content.load,

    // Large batches are one commit as well: slices of one would not be atomic together.
    async commit(generation, commit) {
      const { partition } = commit;
      const { value, check } = await control.checkpoint(generation, partition);
      const after = control.setCheckpoint(generation, partition, advanced(value, commit));
      const { sets, deletes } = content.changesOf(generation, commit.changes);
      if (await cache.commit({ checks: [check], sets: [...sets, after], deletes })) return;
      // Somebody was faster, or this very commit got through and its answer was lost: what is there now tells.
      advanced((await control.checkpoint(generation, partition)).value, commit);
      throw new CheckpointMovedError(`The checkpoint of ${name} has changed at ${commit.from}.`);
    },

    // Nothing only speeds up reading here.
    finish: async () => undefined,

    mark: (generation, state) =>
      control.update(async ({ last, generations }) => {
        const found = generationOf(generations, generation);
        if (found.state === state) return { answer: undefined };
        if (found.state !== 'building' && found.state !== 'ready')
          throw new Error(`Generation ${generation} of ${name} is ${found.state}.`);
        const changed = replaced(generations, { ...found, state, changedAt: new Date() });
        return {
          change: { sets: [control.setGenerations({ last, generations: changed })] },
          answer: undefined,
        };
      }),

    switchTo: (generation) =>
      control.update<'switched' | 'behind'>(async ({ last, generations }) => {
        const next = generationOf(generations, generation);
        if (next.state === 'live') return { answer: 'switched' };
        const live = generations.find((each) => each.state === 'live');
        const ours = await control.checkpointsOf(next);
        const theirs = live ? await control.checkpointsOf(live) : [];
        if (ours.some(({ value }) => value.fence === droppedFence))
          throw new Error(`Generation ${generation} of ${name} is being dropped.`);
        if (live && isBehind(valuesOf(ours), valuesOf(theirs))) return { answer: 'behind' };
        const changedAt = new Date();
        const retired = live ? replaced(generations, { ...live, state: 'retired', changedAt }) : generations;
        const changed = replaced(retired, { ...next, state: 'live', changedAt });
        return {
          change: {
            // Neither has moved between the comparison and the switch.
            checks: [...ours, ...theirs].map(({ check }) => check),
            sets: [
              control.setGenerations({ last, generations: changed }),
              { key: generationPointer(name), value: String(generation) },
            ],
          },
          answer: 'switched',
        };
      }),

    async drop(generation) {
      const found = (await control.read()).value.generations.find((each) => each.generation === generation);
      if (!found) return;
      if (found.state === 'live')
        throw new Error(`Generation ${generation} of ${name} is live: it cannot be dropped.`);
      // Taken over for good: nothing is written behind the sweep, and nobody can switch to it.
      const partitions = partitionsOf(found.partitions);
      for (const partition of partitions)
        await control.takeOver(generation, partition, (before) => ({ ...before, fence: droppedFence }));
      const checkpoints = partitions.map((partition) => checkpointKey(name, generation, partition));
      const keys = (await cache.keys(generationPrefix(name, generation))).filter(
        (key) => !checkpoints.includes(key),
      );
      for (let at = 0; at < keys.length; at += dropSlice)
        await cache.commit({ deletes: keys.slice(at, at + dropSlice) });
      await control.update(async ({ last, generations }) => {
        const left = generations.filter((each) => each.generation !== generation);
        const sets = [control.setGenerations({ last, generations: left })];
        return { change: { sets, deletes: checkpoints }, answer: undefined };
      });
    },

    count: content.count,
    page: content.page,
    isTransient: (error) => passing.test(`${error} ${(error as NodeJS.ErrnoException | null)?.code}`),
  };
}

const valuesOf = <Value>(checkpoints: readonly { readonly value: Value }[]) =>
  checkpoints.map(({ value }) => value);

const replaced = (all: readonly Generation[], changed: Generation) =>
  all.map((each) => (each.generation === changed.generation ? changed : each));

/** @throws {Error} if it is not among them */
function generationOf(all: readonly Generation[], generation: number): Generation {
  const found = all.find((each) => each.generation === generation);
  if (!found) throw new Error(`There is no generation ${generation}.`);
  return found;
}
