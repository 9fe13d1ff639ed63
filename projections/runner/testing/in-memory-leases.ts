import type { Leases } from '../leases.ts';

/** Leases of several holders, in memory; they never expire by themselves. */
export function createInMemoryLeases() {
  const held = new Map<string, { readonly holder: string | undefined; readonly token: bigint }>();
  const isOf = (holder: string, unit: string, token: bigint) => {
    const lease = held.get(unit);
    return lease?.holder === holder && lease.token === token;
  };

  return {
    holderOf: (unit: string) => held.get(unit)?.holder,
    /** As one of them sees it. */
    of: (holder: string): Leases => ({
      async acquire(unit) {
        const lease = held.get(unit);
        if (lease?.holder !== undefined && lease.holder !== holder) return undefined;
        const token = (lease?.token ?? 0n) + 1n;
        held.set(unit, { holder, token });
        return token;
      },
      renew: async (unit, token) => isOf(holder, unit, token),
      async release(unit, token) {
        if (isOf(holder, unit, token)) held.set(unit, { holder: undefined, token });
      },
    }),
  };
}
