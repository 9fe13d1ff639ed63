import { z } from 'zod';
import type { Bus } from '#platform/ports';

/** Where the partitions of live generations tell how far they have come. */
export const advancedSubject = 'projection.advanced';
export const advancedSchema = z.object({
  name: z.string(),
  generation: z.number().int(),
  partition: z.number().int(),
  partitions: z.number().int(),
  position: z.string(),
});
export type Advanced = z.infer<typeof advancedSchema>;

/** Knows how far each projection has come, and lets a reader wait until one is far enough. */
export type PositionWaiter = {
  /**
   * Resolves when all the projections have applied everything up to `position`.
   *
   * @returns false when that takes longer than `timeoutMs`
   */
  waitFor(names: readonly string[], position: bigint, timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
};

type Waiting = { names: readonly string[]; position: bigint; resolve: (reached: boolean) => void };
type Heard = {
  readonly generation: number;
  readonly partitions: number;
  readonly positions: Map<number, bigint>;
};

export async function createPositionWaiter(bus: Bus): Promise<PositionWaiter> {
  const heard = new Map<string, Heard>();
  const waiting = new Set<Waiting>();

  /** All partitions have: a stream may lie in any of them. */
  function hasReached(name: string, position: bigint): boolean {
    const { partitions = 1, positions } = heard.get(name) ?? {};
    if (positions?.size !== partitions) return false;
    return positions.values().every((each) => each >= position);
  }

  const isReached = ({ names, position }: Pick<Waiting, 'names' | 'position'>) =>
    names.every((name) => hasReached(name, position));

  const unsubscribe = await bus.subscribe(advancedSubject, (data) => {
    const { name, generation, partition, partitions, position } = advancedSchema.parse(data);
    let known = heard.get(name);
    // Another generation is live: what was heard of the one before says nothing about it.
    if (known?.generation !== generation || known.partitions !== partitions) {
      known = { generation, partitions, positions: new Map() };
      heard.set(name, known);
    }
    known.positions.set(partition, BigInt(position));
    for (const each of waiting) {
      if (isReached(each)) each.resolve(true);
    }
  });

  return {
    async waitFor(names, position, timeoutMs) {
      if (isReached({ names, position })) return true;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const entry = { names, position, resolve };
      waiting.add(entry);
      const timer = setTimeout(() => resolve(false), timeoutMs);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(entry);
      }
    },
    close: unsubscribe,
  };
}
