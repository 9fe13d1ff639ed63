import { setTimeout as delay } from 'node:timers/promises';
import { retryDelay } from '#platform/retry';
import { type Leases, leaseSeconds } from './leases.ts';

/** A lease that is held: its token, and a signal that aborts when it was lost. */
export type HeldLease = {
  readonly token: bigint;
  readonly lost: AbortSignal;
  release(): Promise<void>;
};

/**
 * Takes a lease if it is free, and renews it until it is released or lost. While the store of the leases is away the
 * lease is kept: nobody else can take it either, and what is done under it is fenced by its token.
 */
export async function tryLease(leases: Leases, unit: string): Promise<HeldLease | undefined> {
  const token = await leases.acquire(unit, leaseSeconds);
  if (token === undefined) return undefined;
  const lost = new AbortController();
  const released = new AbortController();

  async function renew(): Promise<void> {
    for (let failures = 0; !released.signal.aborted; ) {
      await delay((leaseSeconds * 1000) / 3, undefined, { signal: released.signal, ref: false }).catch(
        () => {},
      );
      if (released.signal.aborted) return;
      try {
        if (!(await leases.renew(unit, token as bigint, leaseSeconds))) return lost.abort();
        failures = 0;
      } catch {
        await retryDelay(++failures, released.signal);
      }
    }
  }

  const renewing = renew();
  return {
    token,
    lost: lost.signal,
    async release() {
      released.abort();
      await renewing;
      // One that expires by itself is only slower.
      await leases.release(unit, token).catch(() => {});
    },
  };
}
