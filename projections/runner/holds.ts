import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Bus, Unsubscribe } from '#platform/ports';
import { leaseSeconds } from './leases.ts';
import { highestPosition } from './positions.ts';

/**
 * Partitions run in different workers, and some work needs several of them to stand still at the same position: the last
 * step of a comparison, and a switch. Whoever does that work holds them over the bus.
 */

const holdSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('tell') }),
  z.object({ action: z.literal('hold'), id: z.string() }),
  /** Go on to exactly this position, and stay. */
  z.object({ action: z.literal('advance'), id: z.string(), position: z.coerce.bigint() }),
  z.object({ action: z.literal('renew'), id: z.string() }),
  z.object({ action: z.literal('let-go'), id: z.string(), live: z.number().int().optional() }),
]);

/** A partition that stands still. */
export type Held = {
  position(): bigint;
  /** Goes on to exactly a position. @throws {Error} if it has been passed, or cannot be reached now */
  advanceTo(position: bigint): Promise<void>;
  letGo(): void;
};

const subjectOf = (unit: string) => `projection.hold.${unit}`;

/** A worker that does not hear of whoever holds it goes on after this: as soon as the lease of one that died is free. */
const holdMs = leaseSeconds * 1000;
const requestMs = 10_000;

/**
 * Lets others hold a partition that is run here.
 *
 * @param onLive told which generation was made the live one while it was held
 */
export function serveHolds(
  bus: Bus,
  unit: string,
  { hold, position }: { hold(): Promise<Held>; position(): bigint },
  onLive: (generation: number) => void,
): Promise<Unsubscribe> {
  const holds = new Map<string, { readonly held: Held; timer: NodeJS.Timeout }>();
  const expire = (id: string) => {
    const found = holds.get(id);
    if (!found) return;
    holds.delete(id);
    clearTimeout(found.timer);
    found.held.letGo();
  };
  const expiring = (id: string) => setTimeout(expire, holdMs, id).unref();

  return bus.respond(subjectOf(unit), { queue: unit, concurrency: 4 }, async (data) => {
    const request = holdSchema.parse(data);
    if (request.action === 'tell') return { position: String(position()) };
    const { id } = request;
    if (request.action === 'hold') {
      const held = await hold();
      holds.set(id, { held, timer: expiring(id) });
      return { position: String(held.position()) };
    }
    const found = holds.get(id);
    if (request.action === 'let-go') {
      if (found && request.live !== undefined) onLive(request.live);
      expire(id);
      return {};
    }
    if (!found) throw new Error('The hold has expired.');
    if (request.action === 'advance') await found.held.advanceTo(request.position);
    clearTimeout(found.timer);
    found.timer = expiring(id);
    return {};
  });
}

const positionSchema = z.object({ position: z.coerce.bigint() });

/**
 * Where partitions are now, in the order of their names.
 *
 * @throws {NoResponderError} if nobody runs one of them
 */
export const positionsOfUnits = (bus: Bus, units: readonly string[]): Promise<readonly bigint[]> =>
  Promise.all(
    units.map(async (unit) => {
      const answer = await bus.request(subjectOf(unit), { action: 'tell' }, { timeoutMs: requestMs });
      return positionSchema.parse(answer).position;
    }),
  );

/**
 * Does some work while partitions stand still at the same position, the highest that any of them had come to.
 *
 * @param units their names, see `unitName`
 * @param work its answer may name the generation that is live now
 * @throws {NoResponderError} if nobody runs one of them
 * @throws {Error} if one went on before the work was done: what it found out is not certain
 */
export async function whileHeld<Result extends object>(
  bus: Bus,
  units: readonly string[],
  work: (position: bigint) => Promise<Result & { readonly live?: number }>,
): Promise<Result> {
  const id = randomUUID();
  const ask = (message: object) =>
    Promise.all(
      units.map((unit) => bus.request(subjectOf(unit), { ...message, id }, { timeoutMs: requestMs })),
    );
  let live: number | undefined;
  // From the beginning on: one that is held at once may have to wait for another to finish a long batch.
  const timer = setInterval(() => void ask({ action: 'renew' }).catch(() => {}), holdMs / 3);
  try {
    const answers = await ask({ action: 'hold' });
    const position = highestPosition(answers.map((answer) => positionSchema.parse(answer).position));
    await ask({ action: 'advance', position: String(position) });
    const result = await work(position);
    live = result.live;
    await ask({ action: 'renew' });
    return result;
  } finally {
    clearInterval(timer);
    await Promise.allSettled(
      units.map((unit) =>
        bus.request(
          subjectOf(unit),
          { action: 'let-go', id, ...(live !== undefined && { live }) },
          { timeoutMs: requestMs },
        ),
      ),
    );
  }
}
