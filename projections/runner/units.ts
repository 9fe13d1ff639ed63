import type { RecordedEvent } from '#domain/event';
import type { Logger } from '#platform/log';
import type { Bus, Unsubscribe } from '#platform/ports';
import type { ReadModel } from '../read-model.ts';
import { type Follower, follow } from './follower.ts';
import { type HeldLease, tryLease } from './held-lease.ts';
import { serveHolds } from './holds.ts';
import type { KeptBy } from './kept-by.ts';
import type { Leases } from './leases.ts';
import type { LogFeed } from './log-feed.ts';
import type { Parking } from './parking.ts';
import type { Generation } from './read-model-store.ts';
import { unitName } from './unit-name.ts';

export type Place = { readonly generation: number; readonly partition: number; readonly partitions: number };

/** One partition of one generation: what a worker runs under a lease of its own. */
export type Unit = Place & { readonly name: string; readonly follower: Follower };

export type Units = {
  /** Those this worker runs. */
  running(): readonly Unit[];
  of(generation: number): readonly Unit[];
  /**
   * Takes what is free and lets go of what is not to be followed any more.
   *
   * @param generations those to be followed
   */
  reconcile(generations: readonly Generation[]): Promise<void>;
  /** Lets go of a partition, by its name, and leaves it to others for a while. */
  giveUp(unit: string): Promise<void>;
  stop(): Promise<void>;
};

export type UnitsOptions = {
  readonly model: ReadModel;
  /** Each generation with the model that makes it. */
  readonly kept: KeptBy;
  readonly parking: Parking;
  readonly leases: Leases;
  readonly feed: LogFeed;
  readonly bus: Bus;
  /** Whether this worker is the one to take a live partition that is free: others leave it a moment to that one. */
  isNext(): boolean;
  skipped(): ReadonlySet<string>;
  readStream(stream: string, from: bigint): AsyncIterable<RecordedEvent>;
  /** Told which generation was made the live one, by whoever did. */
  onLive(generation: number): void;
  onAdvance(unit: Place, position: bigint): void;
  onApplied?(generation: number, events: readonly RecordedEvent[], seconds: number): void;
  readonly log: Logger;
};

/** For so long after another worker had it, a free partition is left to those that run less. */
const leftMs = 3000;

/** Runs the partitions of a read model's generations that this worker could take. */
export function createUnits(options: UnitsOptions): Units {
  const { model, leases, bus } = options;
  const running = new Map<string, Unit & { readonly lease: HeldLease; readonly unserve: Unsubscribe }>();

  /** When a live partition was last known to be another worker's, by its name. */
  const othersAt = new Map<string, number>();

  function isLeftToOthers(name: string, { state }: Generation): boolean {
    if (state !== 'live' || options.isNext()) return false;
    const since = othersAt.get(name) ?? performance.now();
    othersAt.set(name, since);
    return performance.now() - since < leftMs;
  }

  async function take(generation: Generation, partition: number): Promise<boolean> {
    const name = unitName(model.name, generation.generation, partition);
    const lease = await tryLease(leases, name);
    if (!lease) {
      othersAt.set(name, performance.now());
      return false;
    }
    const place = { generation: generation.generation, partition, partitions: generation.partitions };
    const { onApplied, onAdvance, onLive, isNext: _, kept, ...shared } = options;
    const follower = follow({
      ...shared,
      ...kept.ofGeneration(generation),
      ...place,
      fence: lease.token,
      onAdvance: (position) => onAdvance(place, position),
      ...(onApplied && {
        onApplied: (events: readonly RecordedEvent[], seconds: number) =>
          onApplied(generation.generation, events, seconds),
      }),
    });
    const holdable = {
      hold() {
        // Nobody knows yet where it is.
        if (follower.status().state === 'starting') throw new Error(`${name} is not open yet.`);
        return follower.hold();
      },
      position: () => follower.status().position,
    };
    const unserve = await serveHolds(bus, name, holdable, onLive).catch(async (error: unknown) => {
      // Nobody could hold it: it is not run at all.
      await follower.stop();
      await lease.release();
      throw error;
    });
    const unit = { ...place, name, follower, lease, unserve };
    running.set(name, unit);
    const end = () => void letGo(name);
    lease.lost.addEventListener('abort', end, { once: true });
    void follower.ended.then(end);
    return true;
  }

  async function letGo(name: string): Promise<void> {
    const unit = running.get(name);
    if (!unit) return;
    running.delete(name);
    await unit.follower.stop();
    // Where the bus is away, others are not to wait for the lease.
    await Promise.allSettled([unit.unserve(), unit.lease.release()]);
  }

  return {
    running: () => [...running.values()],
    of: (generation) => [...running.values()].filter((unit) => unit.generation === generation),
    async reconcile(generations) {
      const wanted = new Set(generations.map(({ generation }) => generation));
      for (const [name, unit] of running) if (!wanted.has(unit.generation)) await letGo(name);
      for (const generation of generations) {
        for (let partition = 0; partition < generation.partitions; partition++) {
          const name = unitName(model.name, generation.generation, partition);
          if (running.has(name) || isLeftToOthers(name, generation)) continue;
          const took = await take(generation, partition);
          // Of a generation that is split, one partition at each turn: workers that start together share them.
          if (took && generation.partitions > 1) break;
        }
      }
    },
    giveUp(name) {
      othersAt.set(name, performance.now());
      return letGo(name);
    },
    async stop() {
      await Promise.all([...running.keys()].map(letGo));
    },
  };
}
