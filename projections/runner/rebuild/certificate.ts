import type { Certificate } from '#domain/projection/certificate';
import type { ReadModel } from '../../read-model.ts';
import type { Parking } from '../parking.ts';
import type { Generation, ReadModelStore, TypeCounts } from '../read-model-store.ts';
import { sumOfCounts } from '../type-counts.ts';
import type { Comparison } from './compare.ts';
import { digestGeneration } from './content-digest.ts';
import type { LogCounts } from './count-log.ts';
import { checkpointsOf } from './generation-position.ts';
import { eventsThatShapedEach, type LineageLog } from './lineage.ts';
import { reconcile } from './reconcile.ts';

export type CertifyOptions = {
  readonly model: ReadModel;
  readonly store: ReadModelStore;
  readonly parking: Parking;
  /** Filled, at rest at `upTo` in every partition. */
  readonly generation: Generation;
  readonly upTo: bigint;
  /** What the log holds up to there, counted apart from the fold, with the types at the `skipped` positions. */
  readonly counts: LogCounts;
  /** Positions of the events that somebody decided to pass over. */
  readonly skipped: ReadonlySet<string>;
  readonly codeRevision: string;
  readonly seconds: number;
  readonly signal: AbortSignal;
};

/**
 * Makes the proof of a rebuild: that every event of the log is accounted for, and what came of them.
 *
 * @throws {ReconciliationError} if events are missing, or were folded twice
 * @throws {Error} if the generation is not at `upTo`
 */
export async function certify(options: CertifyOptions): Promise<Certificate> {
  const { model, store, generation, upTo, counts, signal } = options;
  const reckoning = await reckon(options);
  reconcile(model.name, reckoning);
  const { digest, entries } = await digestGeneration(model, store, generation.generation, signal);
  // It was at rest all the while, so the digest is that of `upTo`.
  await appliedUpTo(options);
  return {
    projection: model.name,
    generation: generation.generation,
    version: generation.version,
    codeRevision: options.codeRevision,
    positions: { after: '-1', upTo: String(upTo) },
    eventsInLog: ofTypes(model, counts.events),
    eventsApplied: reckoning.applied,
    eventsSkipped: reckoning.skipped,
    eventsParked: reckoning.parked,
    entries,
    digest,
    seconds: options.seconds,
  };
}

/** What became of the events, by type. */
export async function reckon(options: Omit<CertifyOptions, 'codeRevision' | 'seconds'>) {
  const { model, parking, generation, upTo, counts, skipped } = options;
  const parked = (await parking.parked(generation.generation)).filter(
    ({ position }) => position <= upTo && !skipped.has(String(position)),
  );
  const passedOver = [...counts.typeAt].filter(([position]) => skipped.has(position));
  return {
    inLog: ofTypes(model, counts.events),
    applied: await appliedUpTo(options),
    skipped: countsOf(passedOver.map(([, type]) => type).filter((type) => model.types.includes(type))),
    parked: countsOf(parked.map(({ type }) => type)),
  };
}

async function appliedUpTo({
  model,
  store,
  generation,
  upTo,
}: Pick<CertifyOptions, 'model' | 'store' | 'generation' | 'upTo'>) {
  const checkpoints = await checkpointsOf(store, generation);
  for (const [partition, { position }] of checkpoints.entries()) {
    if (position !== upTo)
      throw new Error(
        `Partition ${partition} of generation ${generation.generation} of ${model.name} is at ${position}, not at ${upTo}.`,
      );
  }
  return sumOfCounts(checkpoints.map(({ applied }) => applied));
}

const ofTypes = (model: ReadModel, counts: TypeCounts): TypeCounts =>
  Object.fromEntries(model.types.map((type) => [type, counts[type] ?? 0]));

function countsOf(types: readonly string[]): TypeCounts {
  const counts: Record<string, number> = {};
  for (const type of types) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

/** The last events of each difference that are told. */
const mostEvents = 20;

/**
 * A comparison as a certificate holds it, with the events that shaped what differs.
 *
 * @param digest of the rebuilt generation, as it is certified: that of the other one says something beside it only
 *   where nothing was added in between
 */
export async function comparisonFor(
  model: ReadModel,
  before: { readonly generation: number },
  comparison: Comparison,
  digest: string,
  log: LineageLog,
): Promise<NonNullable<Certificate['comparison']>> {
  const { position, entriesCompared, equal, digests, differing, differences } = comparison;
  // Of two that are equal, one may have been read while it was a moment behind.
  const isOfThatMoment = digests.after === digest && (!equal || digests.before === digest);
  const wanted = differences.map(({ part, key }) => ({ part: part.name, key }));
  const shaped = wanted.length > 0 ? await eventsThatShapedEach(model, wanted, log) : [];
  return {
    generation: before.generation,
    position: String(position),
    entriesCompared,
    equal,
    ...(digests.before !== undefined && isOfThatMoment && { digest: digests.before }),
    differing,
    differences: differences.map(({ part, key, ...told }, index) => ({
      part: part.name,
      key: key.map(String),
      ...told,
      events: (shaped[index] ?? []).slice(-mostEvents).map(({ position: at, type, id, stream }) => ({
        position: String(at),
        type,
        eventId: id,
        stream,
      })),
    })),
  };
}
