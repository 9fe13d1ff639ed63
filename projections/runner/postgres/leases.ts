import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '#platform/clients/postgres';
import { projectionLease } from '../control-tables.ts';
import type { Leases } from '../leases.ts';

/** Not `now()`: that is when a transaction began, and it may have waited for the row since. */
const clock = sql`clock_timestamp()`;
const later = (seconds: number) =>
  sql`clock_timestamp() + make_interval(secs => ${seconds}::double precision)`;

/**
 * Leases by the clock of the database. A token is larger than any before for its unit, also where the same holder takes
 * the lease again.
 *
 * @param holder who asks; another one at each start of a process
 */
export function createLeases(db: Database, holder: string): Leases {
  const { unit: unitColumn, token: tokenColumn, expiresAt } = projectionLease;
  const held = (unit: string, token: bigint) =>
    and(
      eq(unitColumn, unit),
      eq(tokenColumn, token),
      eq(projectionLease.holder, holder),
      sql`${expiresAt} > ${clock}`,
    );

  return {
    async acquire(unit, ttlSeconds) {
      const [lease] = await db
        .insert(projectionLease)
        .values({ unit, holder, token: 1n, expiresAt: later(ttlSeconds) as never })
        .onConflictDoUpdate({
          target: unitColumn,
          set: { holder, token: sql`${tokenColumn} + 1`, expiresAt: later(ttlSeconds) },
          setWhere: sql`${expiresAt} <= ${clock} OR ${projectionLease.holder} = ${holder}`,
        })
        .returning();
      return lease?.token;
    },
    async renew(unit, token, ttlSeconds) {
      const renewed = await db
        .update(projectionLease)
        .set({ expiresAt: later(ttlSeconds) })
        .where(held(unit, token))
        .returning();
      return renewed.length === 1;
    },
    async release(unit, token) {
      await db.update(projectionLease).set({ expiresAt: clock }).where(held(unit, token));
    },
  };
}
