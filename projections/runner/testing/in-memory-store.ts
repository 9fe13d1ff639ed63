import { createHash } from 'node:crypto';
import type { Part } from '../../entries.ts';
import type { ReadModel } from '../../read-model.ts';
import { advanced, type FencedCheckpoint, opened, unopened, withoutFence } from '../fenced-checkpoint.ts';
import { createInMemoryEntries, type InMemoryEntries } from '../in-memory-entries.ts';
import type { ParkedEvent, Parking } from '../parking.ts';
import { lowestPosition } from '../positions.ts';
import type { Generation, ReadModelStore } from '../read-model-store.ts';

type Held = {
  info: Generation;
  readonly entries: InMemoryEntries;
  readonly checkpoints: Map<number, FencedCheckpoint>;
};

/** A store of read models that lasts as long as the process: for the logic above stores, by the rules they keep. */
export function createInMemoryStore(model: ReadModel): ReadModelStore & {
  entries<Entry extends object>(generation: number, part: Part<Entry>): readonly Entry[];
} {
  const held = new Map<number, Held>();
  let next = 1;

  const of = (generation: number): Held => {
    const found = held.get(generation);
    if (!found) throw new Error(`There is no generation ${generation}.`);
    return found;
  };
  const checkpointOf = (generation: number, partition: number) =>
    of(generation).checkpoints.get(partition) ?? unopened;
  const setState = (generation: number, state: Generation['state']) => {
    const one = of(generation);
    one.info = { ...one.info, state, changedAt: new Date() };
  };
  const positionOf = (generation: number) => {
    const { partitions } = of(generation).info;
    const positions = Array.from(
      { length: partitions },
      (_, each) => checkpointOf(generation, each).position,
    );
    return lowestPosition(positions);
  };

  return {
    entries: (generation, part) => of(generation).entries.entries(part),
    generations: async () => [...held.values()].map(({ info }) => info),
    async create({ version, state, partitions, rebuildId }) {
      const there = rebuildId && [...held.values()].find(({ info }) => info.rebuildId === rebuildId);
      if (there) return there.info;
      const now = new Date();
      const info = {
        generation: next++,
        version,
        state,
        partitions,
        createdAt: now,
        changedAt: now,
        ...(rebuildId !== undefined && { rebuildId }),
      };
      held.set(info.generation, {
        info,
        entries: createInMemoryEntries(model.parts),
        checkpoints: new Map(),
      });
      return info;
    },
    checkpoint: async (generation, partition) => withoutFence(checkpointOf(generation, partition)),
    async open(generation, partition, fence) {
      const checkpoint = opened(checkpointOf(generation, partition), fence);
      of(generation).checkpoints.set(partition, checkpoint);
      return withoutFence(checkpoint);
    },
    load: (generation, needs) => of(generation).entries.load(needs),
    async commit(generation, commit) {
      const { checkpoints, entries } = of(generation);
      const next = advanced(checkpointOf(generation, commit.partition), commit);
      entries.apply(commit.changes);
      checkpoints.set(commit.partition, next);
    },
    finish: async () => {},
    mark: async (generation, state) => setState(generation, state),
    async switchTo(generation) {
      const live = [...held.values()].find(({ info }) => info.state === 'live')?.info.generation;
      if (live !== undefined && positionOf(generation) < positionOf(live)) return 'behind';
      if (live !== undefined) setState(live, 'retired');
      setState(generation, 'live');
      return 'switched';
    },
    async drop(generation) {
      held.delete(generation);
    },
    count: async (generation) =>
      new Map(model.parts.map((part) => [part.name, of(generation).entries.entries(part as Part).length])),
    async page(generation, part, after, limit) {
      const entries = of(generation).entries.entries(part);
      const keys = entries.map((entry) => part.keyOf(entry));
      const start = after ? keys.findIndex((key) => String(key) === String(after)) + 1 : 0;
      return entries.slice(start, start + limit).map((entry, index) => ({
        key: keys[start + index] ?? [],
        hash: createHash('sha256')
          .update(JSON.stringify(entry, (_, value) => (typeof value === 'bigint' ? String(value) : value)))
          .digest('hex'),
      }));
    },
    isTransient: () => false,
  };
}

/** Parked events of one read model, in memory. */
export function createInMemoryParking(): Parking {
  const byGeneration = new Map<number, Map<bigint, ParkedEvent>>();
  const of = (generation: number) => byGeneration.get(generation) ?? new Map<bigint, ParkedEvent>();
  return {
    parked: async (generation, stream) =>
      [...of(generation).values()]
        .filter((each) => stream === undefined || each.stream === stream)
        .sort((a, b) => (a.position < b.position ? -1 : 1)),
    async park(generation, events) {
      const parked = of(generation);
      for (const event of events) parked.set(event.position, { ...event, parkedAt: new Date() });
      byGeneration.set(generation, parked);
    },
    async release(generation, stream, upTo) {
      for (const { position, stream: own } of [...of(generation).values()])
        if (own === stream && position <= upTo) of(generation).delete(position);
    },
    async forget(generation) {
      byGeneration.delete(generation);
    },
  };
}
