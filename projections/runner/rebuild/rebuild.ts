import type { Certificate } from '#domain/projection/certificate';
import type { ProjectionCommand } from '#domain/projection/commands';
import type { RebuildState } from '#domain/projection/decider';
import type { EventStore } from '#platform/event-store';
import type { Logger } from '#platform/log';
import type { Bus } from '#platform/ports';
import type { ReadModel } from '../../read-model.ts';
import type { Leases } from '../leases.ts';
import type { Parking } from '../parking.ts';
import { lowestPosition } from '../positions.ts';
import { FencedError, type Generation, type ReadModelStore } from '../read-model-store.ts';
import { sumOfCounts } from '../type-counts.ts';
import { certify, comparisonFor } from './certificate.ts';
import { compareWithLive } from './compare-with-live.ts';
import type { FillControl } from './control.ts';
import { checkpointsOf } from './generation-position.ts';
import { type HeldPartitions, holdPartitions } from './hold-partitions.ts';
import type { JobProgress } from './job-progress.ts';
import type { LogCounter } from './log-counter.ts';
import type { SharedFills } from './shared-fills.ts';

/** What the rebuilds of one process share. */
export type RebuildTools = {
  readonly fills: SharedFills;
  readonly counter: LogCounter;
  readonly leases: Leases;
  readonly eventStore: EventStore;
  readonly bus: Bus;
  /** See `codeRevision`. */
  readonly codeRevision: () => Promise<string>;
  readonly log: Logger;
};

export type RebuildOptions = RebuildTools & {
  readonly model: ReadModel;
  readonly store: ReadModelStore;
  readonly parking: Parking;
  readonly request: RebuildState;
  readonly control: FillControl;
  readonly progress: JobProgress;
  skipped(): ReadonlySet<string>;
  /** Whether the live generation is meant to hold the same. */
  isAlike(live: Generation): boolean;
  send(command: ProjectionCommand, id: string): Promise<unknown>;
  rouse(): void;
  readonly signal: AbortSignal;
  /** Tries a step until what it needs is there. */
  insist<Result>(step: () => Promise<Result>): Promise<Result>;
};

/**
 * Builds a generation beside the live one, proves it, and says so in the log. Whatever an earlier worker has done of it
 * is taken over.
 *
 * @throws {ReconciliationError} if the generation does not hold what the log holds
 * @throws {FencedError} if another worker has taken over
 */
export async function rebuild(options: RebuildOptions): Promise<void> {
  const { model, store, request, progress, insist } = options;
  const generation = await insist(() => findOrMake(options));
  const proven = await insist(() => fillAndProve(options, generation));
  await insist(() => store.mark(generation.generation, 'ready'));
  // Followed from now on, like the live one.
  options.rouse();
  const certificate = await insist(() => withComparison(options, generation, proven));
  await insist(() =>
    options.send(
      { type: 'RecordCertificate', projection: model.name, rebuildId: request.rebuildId, certificate },
      request.rebuildId,
    ),
  );
  progress.enter('ready');
}

async function findOrMake({ model, store, parking, request }: RebuildOptions): Promise<Generation> {
  const { rebuildId, partitions } = request;
  const begun = (await store.generations()).find((each) => each.rebuildId === rebuildId);
  if (begun?.version === model.version) {
    // Ready, and its certificate was lost: it has to stand still for another.
    if (begun.state === 'ready') await store.mark(begun.generation, 'building');
    return begun;
  }
  if (begun) await store.drop(begun.generation);
  const made = await store.create({ version: model.version, state: 'building', partitions, rebuildId });
  await parking.forget(made.generation);
  return made;
}

async function fillAndProve(options: RebuildOptions, generation: Generation): Promise<Certificate> {
  const { model, leases, progress } = options;
  progress.enter('waiting');
  const held = await holdPartitions(leases, model.name, generation, options.signal);
  const signal = AbortSignal.any([options.signal, held.lost]);
  try {
    return await prove({ ...options, signal }, generation, held);
  } catch (error) {
    if (held.lost.aborted) throw new FencedError(`Another worker goes on with ${model.name}.`);
    throw error;
  } finally {
    await held.release();
  }
}

async function prove(
  options: RebuildOptions,
  generation: Generation,
  held: HeldPartitions,
): Promise<Certificate> {
  const { model, store, parking, progress, signal, request } = options;
  await beginProgress(options, generation);
  const fill = async (together: string) => {
    const outcome = await options.fills.fill(
      together,
      {
        model,
        store,
        parking,
        generation: generation.generation,
        partitions: generation.partitions,
        fences: held.fences,
        skipped: options.skipped,
        control: options.control,
        signal,
      },
      progress.took,
    );
    if (outcome.status === 'failed') throw outcome.error;
    return outcome.upTo;
  };
  progress.enter('scanning');
  await fill(request.together);
  progress.enter('indexing');
  await store.finish(generation.generation);
  // What came meanwhile: the less there is, the sooner it is as far as the live one.
  progress.enter('catching-up');
  const upTo = await fill(`${request.together} again`);
  progress.enter('comparing');
  const skipped = options.skipped();
  return certify({
    model,
    store,
    parking,
    generation,
    upTo,
    counts: await options.counter.count(upTo, skipped),
    skipped,
    codeRevision: await options.codeRevision(),
    seconds: progress.seconds(),
    signal,
  });
}

async function beginProgress(options: RebuildOptions, generation: Generation): Promise<void> {
  const { model, store, progress, eventStore } = options;
  const live = (await store.generations()).find(({ state }) => state === 'live');
  const begun = await progressOf(store, generation);
  progress.begin({
    generation: generation.generation,
    goal: {
      after: -1n,
      head: await eventStore.headPosition(),
      types: model.types,
      counts: live ? (await progressOf(store, live)).applied : {},
    },
    ...begun,
    ...(begun.position >= 0n && { begunAt: generation.createdAt }),
  });
}

async function progressOf(store: ReadModelStore, generation: Generation) {
  const checkpoints = await checkpointsOf(store, generation);
  return {
    position: lowestPosition(checkpoints.map(({ position }) => position)),
    applied: sumOfCounts(checkpoints.map(({ applied }) => applied)),
  };
}

/** Of two generations by the same code and the same model the content is meant to be equal. */
async function withComparison(
  options: RebuildOptions,
  rebuilt: Generation,
  certificate: Certificate,
): Promise<Certificate> {
  const { bus, model, store, progress, signal, eventStore } = options;
  const live = (await store.generations()).find(({ state }) => state === 'live');
  if (!live || !options.isAlike(live)) return certificate;
  progress.enter('comparing');
  const comparison = await compareWithLive({ bus, model, store, live, rebuilt, signal });
  const log = {
    scan: eventStore.scan,
    readStream: eventStore.readStream,
    signal,
    skipped: options.skipped(),
  };
  return {
    ...certificate,
    comparison: await comparisonFor(model, live, comparison, certificate.digest, log),
  };
}
