import { and, asc, count, eq, lte, sql } from 'drizzle-orm';
import type { Database, Transaction } from '#platform/clients/postgres';
import { parkedEvent, projectionLease } from '../control-tables.ts';
import { FencedError } from '../read-model-store.ts';

export type ParkedEvent = typeof parkedEvent.$inferSelect;
export type NewParkedEvent = Omit<ParkedEvent, 'parkedAt'>;

/** Events a projection could not take in, by generation. */
export type ParkedEvents = {
  /**
   * One that is parked already is parked anew, at this time: all or none.
   *
   * @param lease under which whoever parks them works
   * @throws {FencedError} if somebody else has taken that lease since: nothing was parked
   */
  park(events: readonly NewParkedEvent[], lease?: ParkingLease): Promise<void>;
  /** In the order of the log. */
  parkedOf(projection: string, generation: number, stream?: string): Promise<readonly ParkedEvent[]>;
  /** The streams that nothing is folded of: a later event of one of them is parked as well. */
  streams(projection: string, generation: number): Promise<ReadonlySet<string>>;
  counts(): Promise<readonly ParkedCount[]>;
  /** Takes one event out: it was folded in, or skipped by a person. @returns false if it was not parked */
  remove(projection: string, generation: number, position: bigint): Promise<boolean>;
  /** Takes a stream out, whole or up to a position. @returns how many events that were */
  release(projection: string, generation: number, stream: string, upTo?: bigint): Promise<number>;
  /** Those of a generation that is gone. */
  forget(projection: string, generation: number): Promise<void>;
};

export type ParkingLease = { readonly unit: string; readonly token: bigint };

export type ParkedCount = {
  readonly projection: string;
  readonly generation: number;
  readonly events: number;
  readonly streams: number;
};

/** A statement has 65,535 parameters at the most; an event has ten. */
const eventsAtOnce = 3000;

export function createParkedEvents(db: Database): ParkedEvents {
  const of = (projection: string, generation: number, stream?: string) =>
    and(
      eq(parkedEvent.projection, projection),
      eq(parkedEvent.generation, generation),
      stream === undefined ? undefined : eq(parkedEvent.stream, stream),
    );

  return {
    park: (events, lease) =>
      db.transaction(async (transaction) => {
        if (lease) await holdLease(transaction, lease);
        for (let start = 0; start < events.length; start += eventsAtOnce) {
          await transaction
            .insert(parkedEvent)
            .values(events.slice(start, start + eventsAtOnce))
            .onConflictDoUpdate({
              target: [parkedEvent.projection, parkedEvent.generation, parkedEvent.position],
              set: {
                error: sql`excluded.error`,
                attempts: sql`excluded.attempts`,
                isCause: sql`excluded.is_cause`,
                // Whoever waits for the outcome of a retry sees by it that there was one.
                parkedAt: sql`clock_timestamp()`,
              },
            });
        }
      }),
    parkedOf: (projection, generation, stream) =>
      db
        .select()
        .from(parkedEvent)
        .where(of(projection, generation, stream))
        .orderBy(asc(parkedEvent.position)),
    async streams(projection, generation) {
      const rows = await db
        .selectDistinct({ stream: parkedEvent.stream })
        .from(parkedEvent)
        .where(of(projection, generation));
      return new Set(rows.map(({ stream }) => stream));
    },
    counts: () =>
      db
        .select({
          projection: parkedEvent.projection,
          generation: parkedEvent.generation,
          events: count(),
          streams: sql<number>`count(DISTINCT ${parkedEvent.stream})::int`,
        })
        .from(parkedEvent)
        .groupBy(parkedEvent.projection, parkedEvent.generation),
    async remove(projection, generation, position) {
      const removed = await db
        .delete(parkedEvent)
        .where(and(of(projection, generation), eq(parkedEvent.position, position)))
        .returning({ position: parkedEvent.position });
      return removed.length === 1;
    },
    async release(projection, generation, stream, upTo) {
      const removed = await db
        .delete(parkedEvent)
        .where(
          and(
            of(projection, generation, stream),
            upTo === undefined ? undefined : lte(parkedEvent.position, upTo),
          ),
        )
        .returning({ position: parkedEvent.position });
      return removed.length;
    },
    async forget(projection, generation) {
      await db.delete(parkedEvent).where(of(projection, generation));
    },
  };
}

/**
 * Keeps a lease from being taken until the transaction has ended: whoever takes it next sees what was parked under it,
 * and nothing is parked under it any more once it was taken.
 */
async function holdLease(transaction: Transaction, { unit, token }: ParkingLease): Promise<void> {
  const [lease] = await transaction
    .select({ token: projectionLease.token })
    .from(projectionLease)
    .where(eq(projectionLease.unit, unit))
    .for('share');
  if (lease && lease.token > token) throw new FencedError(`${unit} belongs to another worker.`);
}
