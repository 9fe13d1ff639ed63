import { retryDelay } from '#platform/retry';
import { type HeldLease, tryLease } from '../held-lease.ts';
import type { Leases } from '../leases.ts';
import type { Generation } from '../read-model-store.ts';
import { unitName } from '../unit-name.ts';

/** All partitions of a generation, held by one worker. */
export type HeldPartitions = {
  /** Tokens by partition. */
  readonly fences: ReadonlyMap<number, bigint>;
  /** Aborts when one of them was lost. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
};

/**
 * Waits until all partitions of a generation are free, and takes them.
 *
 * @throws the signal's reason
 */
export async function holdPartitions(
  leases: Leases,
  name: string,
  { generation, partitions }: Pick<Generation, 'generation' | 'partitions'>,
  signal: AbortSignal,
): Promise<HeldPartitions> {
  const held: HeldLease[] = [];
  const release = async () => {
    await Promise.all(held.map((lease) => lease.release()));
  };
  try {
    for (let partition = 0; partition < partitions; partition++) {
      held.push(await take(leases, unitName(name, generation, partition), signal));
    }
  } catch (error) {
    await release();
    throw error;
  }
  return {
    fences: new Map(held.map(({ token }, partition) => [partition, token])),
    lost: AbortSignal.any(held.map(({ lost }) => lost)),
    release,
  };
}

async function take(leases: Leases, unit: string, signal: AbortSignal): Promise<HeldLease> {
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    const lease = await tryLease(leases, unit);
    if (lease) return lease;
    // Whoever has it lets go within a moment, or is dead and loses it within seconds.
    await retryDelay(Math.min(tries, 3), signal);
  }
}
