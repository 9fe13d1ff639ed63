import { lt, sql } from 'drizzle-orm';
import type { Database } from '#platform/clients/postgres';
import { worker } from '../control-tables.ts';

export type Worker = typeof worker.$inferSelect;

/** Says that a worker lives; to be repeated. */
export async function seenWorker(db: Database, id: string, place: string): Promise<void> {
  await db
    .insert(worker)
    .values({ id, place })
    .onConflictDoUpdate({ target: worker.id, set: { seenAt: sql`clock_timestamp()` } });
}

const secondsAgo = (seconds: number) =>
  sql`clock_timestamp() - make_interval(secs => ${seconds}::double precision)`;

/** Those that were seen in the last seconds, by the clock of the database; the others are forgotten. */
export async function livingWorkers(db: Database, withinSeconds: number): Promise<readonly Worker[]> {
  await db.delete(worker).where(lt(worker.seenAt, secondsAgo(withinSeconds)));
  return db.select().from(worker).orderBy(worker.startedAt, worker.id);
}

export async function forgetWorker(db: Database, id: string): Promise<void> {
  await db.delete(worker).where(sql`${worker.id} = ${id}`);
}
