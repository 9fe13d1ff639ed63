import type { CacheCommit, ReadCache } from '#platform/ports';
import { type FencedCheckpoint, unopened } from '../fenced-checkpoint.ts';
import { generationPointer, generationPrefix } from '../keys.ts';
import { partitionsOf } from '../partition-of.ts';
import type { Generation } from '../read-model-store.ts';
import {
  checkpointJson,
  checkpointKey,
  type Generations,
  generationsKey,
  parseCheckpoint,
  parseGenerations,
} from './control-keys.ts';

/** A change that others keep getting ahead of is given up after so many tries, each a few milliseconds. */
const mostTries = 200;

type Read<Value> = { readonly json: string | undefined; readonly value: Value };
type Check = NonNullable<CacheCommit['checks']>[number];

/** What the store says about the generations of one projection. */
export type ControlKeys = ReturnType<typeof controlKeysOf>;

export function controlKeysOf(cache: ReadCache, name: string) {
  const key = generationsKey(name);
  const pointer = generationPointer(name);

  async function read(): Promise<Read<Generations>> {
    const json = await cache.get(key);
    return { json, value: parseGenerations(json) };
  }

  /** @throws {Error} if there is no such generation or partition */
  async function checkpoint(
    generation: number,
    partition: number,
  ): Promise<{ readonly value: FencedCheckpoint; readonly check: Check }> {
    const at = checkpointKey(name, generation, partition);
    const json = await cache.get(at);
    if (json === undefined)
      throw new Error(`${name} has no partition ${partition} of a generation ${generation}.`);
    return { value: parseCheckpoint(json), check: { key: at, equals: json } };
  }

  return {
    read,
    checkpoint,

    /** One for each partition. */
    checkpointsOf: ({ generation, partitions }: Generation) =>
      Promise.all(partitionsOf(partitions).map((partition) => checkpoint(generation, partition))),

    setCheckpoint: (generation: number, partition: number, value: FencedCheckpoint) => ({
      key: checkpointKey(name, generation, partition),
      value: checkpointJson(value),
    }),

    setGenerations: (value: Generations) => ({ key, value: JSON.stringify(value) }),

    /**
     * Changes who a partition belongs to.
     *
     * @throws whatever `change` throws
     */
    async takeOver(
      generation: number,
      partition: number,
      change: (before: FencedCheckpoint) => FencedCheckpoint,
    ): Promise<FencedCheckpoint> {
      for (let tries = 0; tries < mostTries; tries++) {
        const { value, check } = await checkpoint(generation, partition);
        const after = change(value);
        const sets = [{ key: check.key, value: checkpointJson(after) }];
        if (await cache.commit({ checks: [check], sets })) return after;
      }
      throw new Error(`A checkpoint of ${name} was changed by others again and again.`);
    },

    /**
     * Changes the generations together with whatever else belongs to it. Where somebody else was faster it is worked
     * out again from what is there then.
     *
     * @param work what is to be written (nothing, if undefined) and answered
     * @throws {Error} if others were faster again and again
     */
    async update<T>(
      work: (current: Generations) => Promise<{ readonly change?: CacheCommit; readonly answer: T }>,
    ): Promise<T> {
      for (let tries = 0; tries < mostTries; tries++) {
        const { json, value } = await read();
        const { change, answer } = await work(value);
        if (!change) return answer;
        const checks = [{ key, equals: json }, ...(change.checks ?? [])];
        if (await cache.commit({ ...change, checks })) return answer;
      }
      throw new Error(`The generations of ${name} were changed by others again and again.`);
    },

    /**
     * Takes over what a version without generations has left: a pointer, and a checkpoint that is a bare position. How
     * many events of each type are in it was not kept.
     */
    async adoptOnlyGeneration(): Promise<void> {
      const generation = Number((await cache.get(pointer)) ?? Number.NaN);
      if (!Number.isSafeInteger(generation)) return;
      const legacy = `${generationPrefix(name, generation)}checkpoint`;
      const position = await cache.get(legacy);
      if (position === undefined) return;
      const now = new Date();
      const adopted: Generation = {
        generation,
        version: generation,
        state: 'live',
        partitions: 1,
        createdAt: now,
        changedAt: now,
      };
      await cache.commit({
        checks: [
          { key, equals: undefined },
          { key: legacy, equals: position },
        ],
        sets: [
          { key, value: JSON.stringify({ last: generation, generations: [adopted] } satisfies Generations) },
          {
            key: checkpointKey(name, generation, 0),
            value: checkpointJson({ ...unopened, position: BigInt(position) }),
          },
        ],
        deletes: [legacy],
      });
    },
  };
}
