import type { RecordedEvent } from '#domain/event';
import type { EventStore } from '#platform/event-store';
import type { Logger } from '#platform/log';
import type { Bus } from '#platform/ports';
import { type Advanced, advancedSubject } from '#platform/position-waiter';
import type { ReadModel } from '../read-model.ts';
import { followControlState } from './control-state.ts';
import { keptBy } from './kept-by.ts';
import type { Leases } from './leases.ts';
import type { LogFeed } from './log-feed.ts';
import type { Parking } from './parking.ts';
import type { ReadModelStore } from './read-model-store.ts';
import type { StartRebuild } from './rebuild-job.ts';
import { createUnitShare } from './share-units.ts';
import {
  type ProjectionStatus,
  projectionStatusSubject,
  type RebuildNews,
  rebuildStatusSubject,
} from './status.ts';
import { superviseReadModel } from './supervise-read-model.ts';
import { createUnits, type Place } from './units.ts';
import { liveUnitsOf, rebuildNewsOf, type Supervised, statusesOf } from './worker-status.ts';

export type ProjectionWorkerOptions = {
  /** Names this process; another one at each start. */
  readonly worker: string;
  readonly models: readonly ReadModel[];
  storeOf(model: ReadModel): ReadModelStore;
  parkingOf(model: ReadModel): Parking;
  startRebuildOf(model: ReadModel, store: ReadModelStore, parking: Parking): StartRebuild;
  readonly leases: Leases;
  readonly eventStore: EventStore;
  readonly feed: LogFeed;
  readonly bus: Bus;
  /** Told of each batch that was committed to a live generation. */
  onApplied?(projection: string, generation: number, events: readonly RecordedEvent[], seconds: number): void;
  readonly log: Logger;
};

export type ProjectionWorker = {
  statuses(): readonly ProjectionStatus[];
  /** Those at work in this process, whoever runs the live generations. */
  rebuilds(): readonly RebuildNews[];
  stop(): Promise<void>;
};

/** Runs what it can of some read models in this process, beside other workers, and tells how it goes. */
export function startProjectionWorker(options: ProjectionWorkerOptions): ProjectionWorker {
  const { models, leases, eventStore, feed, bus, log, onApplied } = options;
  const control = followControlState(eventStore, log);
  const share = createUnitShare({
    worker: options.worker,
    group: models.map(({ name, version }) => `${name}@v${version}`).join(' '),
    bus,
    runs: () => all.flatMap(liveUnitsOf).map(({ name }) => name),
    free: () =>
      all
        .filter(({ supervised }) => !supervised.rebuild())
        .flatMap(liveUnitsOf)
        .filter(({ follower }) => follower.status().state === 'running')
        .map(({ name }) => name),
    giveUp(unit) {
      const owner = all.find(({ units }) => units.running().some(({ name }) => name === unit));
      void owner?.units.giveUp(unit);
    },
    log,
  });
  const all: Supervised[] = models.map(supervise);

  function supervise(model: ReadModel): Supervised {
    const kept = keptBy(model, options.storeOf, () => control.of(model.name));
    const { store } = kept.of(undefined);
    const parking = options.parkingOf(model);
    const isLive = (generation: number) =>
      supervised.generations().some((each) => each.generation === generation && each.state === 'live');
    const units = createUnits({
      model,
      kept,
      parking,
      leases,
      feed,
      bus,
      isNext: share.isNext,
      skipped: () => control.of(model.name).skipped,
      readStream: (stream, from) => eventStore.readStream(stream, from),
      onLive: (generation) => supervised.noteLive(generation),
      onAdvance(unit, position) {
        if (isLive(unit.generation)) tell(model.name, unit, position);
      },
      ...(onApplied && {
        onApplied: (generation: number, events: readonly RecordedEvent[], seconds: number) =>
          isLive(generation) && onApplied(model.name, generation, events, seconds),
      }),
      log,
    });
    const supervised = superviseReadModel({
      model,
      store,
      kept,
      parking,
      units,
      control,
      leases,
      eventStore,
      bus,
      startRebuild(rebuild) {
        const { model: made, store: into } = kept.of(rebuild.request.model);
        return options.startRebuildOf(made, into, parking)(rebuild);
      },
      log,
    });
    return { model, units, supervised };
  }

  function tell(name: string, { generation, partition, partitions }: Place, position: bigint): void {
    const advanced = { name, generation, partition, partitions, position: String(position) };
    // Whoever misses it hears the next one.
    void bus.publish(advancedSubject, advanced satisfies Advanced).catch(() => {});
  }

  const publish = (subject: string, message: ProjectionStatus | RebuildNews) =>
    void bus.publish(subject, message).catch(() => {});
  const statuses = () => all.flatMap((each) => statusesOf(each, options));
  const rebuilds = () => all.flatMap(rebuildNewsOf);
  const timer = setInterval(() => {
    for (const each of all) {
      const { name } = each.model;
      for (const unit of liveUnitsOf(each)) tell(name, unit, unit.follower.status().position);
    }
    for (const news of rebuilds()) publish(rebuildStatusSubject, news);
    share.tick();
    for (const status of statuses()) publish(projectionStatusSubject, status);
  }, 1000);
  timer.unref();

  return {
    statuses,
    rebuilds,
    async stop() {
      clearInterval(timer);
      // First, so that the others take at once what becomes free.
      await share.close();
      await Promise.all(all.map(({ supervised }) => supervised.stop()));
      await control.stop();
    },
  };
}
