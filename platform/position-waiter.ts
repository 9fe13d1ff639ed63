import { z } from 'zod';
import type { Bus } from '#platform/ports';

/** Where a projection tells how far it has come. */
export const advancedSubject = 'projection.advanced';
export const advancedSchema = z.object({ name: z.string(), position: z.string() });

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

export async function createPositionWaiter(bus: Bus): Promise<PositionWaiter> {
  const reached = new Map<string, bigint>();
  const waiting = new Set<Waiting>();
  const isReached = ({ names, position }: Pick<Waiting, 'names' | 'position'>) =>
    names.every((name) => (reached.get(name) ?? -2n) >= position);

  const unsubscribe = await bus.subscribe(advancedSubject, (data) => {
    const { name, position } = advancedSchema.parse(data);
    reached.set(name, BigInt(position));
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
