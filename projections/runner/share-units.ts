import { z } from 'zod';
import type { Logger } from '#platform/log';
import type { Bus } from '#platform/ports';

const workerSubject = 'projection.worker';
/** Told each second by each worker: how many live partitions it runs. One that ends runs none and says so. */
const newsSchema = z.object({
  worker: z.string(),
  group: z.string(),
  runs: z.number().int(),
  ends: z.boolean().optional(),
});

/** A worker that has missed this many milliseconds is gone, or cut off. Before that its leases expire. */
const goneAfterMs = 3500;
/** What is given up is taken and told of within this time: so long nothing more is given up. */
const handOverMs = 3000;
/** Where nobody takes what is given up, there is no use in it for a while. */
const uselessMs = 60_000;

/** Shares the live partitions among the workers that run the same read models: no worker runs two more than another. */
export type UnitShare = {
  /** Whether this worker is to take what is free at once; others leave it a moment to those that run less. */
  isNext(): boolean;
  /** Tells the others, and gives up one partition if another worker runs much less. To be called each second. */
  tick(): void;
  close(): Promise<void>;
};

export type UnitShareOptions = {
  /** Names this process. */
  readonly worker: string;
  /** The same for all workers that can run the same. */
  readonly group: string;
  readonly bus: Bus;
  /** The live partitions that run here. */
  runs(): readonly string[];
  /** Those of them that can be given up now: nobody holds them. */
  free(): readonly string[];
  giveUp(unit: string): void;
  readonly log: Logger;
  /** Milliseconds of a steady clock. */
  now?(): number;
};

export function createUnitShare(options: UnitShareOptions): UnitShare {
  const { worker, group, bus, runs, log, now = () => performance.now() } = options;
  const others = new Map<string, { readonly runs: number; readonly at: number }>();
  let givenUp: string | undefined;
  let nextAt = 0;

  const subscribed = bus
    .subscribe(workerSubject, (data) => {
      const news = newsSchema.parse(data);
      if (news.worker === worker || news.group !== group) return;
      if (news.ends) others.delete(news.worker);
      else others.set(news.worker, { runs: news.runs, at: now() });
    })
    .catch((error: unknown) => {
      // Alone, as far as this one knows: it takes what is free.
      log.warn({ err: error }, 'other workers cannot be heard');
      return () => Promise.resolve();
    });

  const tell = (more: { readonly ends?: true } = {}) =>
    bus.publish(workerSubject, { worker, group, runs: runs().length, ...more }).catch(() => {});

  /** What the least busy of the others runs. */
  function least(): number | undefined {
    const living = [...others.values()].filter(({ at }) => now() - at < goneAfterMs);
    return living.length === 0 ? undefined : Math.min(...living.map((each) => each.runs));
  }

  return {
    isNext() {
      const other = least();
      return other === undefined || runs().length <= other;
    },
    tick() {
      void tell();
      if (givenUp !== undefined && runs().includes(givenUp)) {
        nextAt = now() + uselessMs;
        givenUp = undefined;
      }
      const other = least();
      const unit = options.free().at(-1);
      if (other === undefined || unit === undefined || runs().length - other < 2 || now() < nextAt) return;
      log.info({ unit }, 'a partition is left to a worker that runs less');
      givenUp = unit;
      nextAt = now() + handOverMs;
      options.giveUp(unit);
    },
    async close() {
      await tell({ ends: true });
      await (await subscribed)();
    },
  };
}
