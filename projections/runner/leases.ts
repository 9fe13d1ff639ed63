/**
 * Who may run what: a lease belongs to one worker until it expires, by the clock of the store that keeps it. Its token
 * grows whenever the lease is taken anew and is the fence of everything done under it, so a worker that lost its lease
 * without noticing can do no harm.
 */
export type Leases = {
  /** @returns the token, or undefined while another worker holds the unit */
  acquire(unit: string, ttlSeconds: number): Promise<bigint | undefined>;
  /** @returns false if the lease was lost */
  renew(unit: string, token: bigint, ttlSeconds: number): Promise<boolean>;
  release(unit: string, token: bigint): Promise<void>;
};

/** After this long without a sign of life, another worker takes over. */
export const leaseSeconds = 6;
