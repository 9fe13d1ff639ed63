import type { ReadModel } from '../read-model.ts';
import type { LogFeed } from './log-feed.ts';
import { highestPosition, lowestPosition } from './positions.ts';
import type { Generation } from './read-model-store.ts';
import type { ProjectionStatus, RebuildNews } from './status.ts';
import type { SupervisedReadModel } from './supervise-read-model.ts';
import type { Unit, Units } from './units.ts';

/** What a worker does for one read model. */
export type Supervised = {
  readonly model: ReadModel;
  readonly units: Units;
  readonly supervised: SupervisedReadModel;
};

/** The partitions of the live generation that run here. */
export function liveUnitsOf({ units, supervised }: Supervised): readonly Unit[] {
  const live = supervised.generations().find(({ state }) => state === 'live');
  return units.of(live?.generation ?? -1);
}

/** The rebuild that is at work here, if there is one. */
export function rebuildNewsOf({ model, supervised }: Supervised): readonly RebuildNews[] {
  const rebuild = supervised.rebuild()?.status();
  return rebuild ? [{ projection: model.name, rebuild }] : [];
}

/** One for each partition of the live generation that is run here. */
export function statusesOf(
  own: Supervised,
  { feed, worker }: { readonly feed: LogFeed; readonly worker: string },
): ProjectionStatus[] {
  const { model, units, supervised } = own;
  const generations = supervised.generations();
  const rebuild = supervised.rebuild()?.status();
  const head = feed.head();
  return liveUnitsOf(own).map(({ generation, partition, partitions, follower }) => {
    const { rates, position, ...status } = follower.status();
    const { events, oldest } = feed.behind(position);
    const batchSeconds = rates.batchSeconds();
    return {
      name: model.name,
      version: model.version,
      sink: model.sink,
      generation,
      partition,
      partitions,
      ...status,
      position: String(position),
      head: String(highestPosition([head, position])),
      lagEvents: events,
      lagSeconds: oldest ? Math.max(0, (Date.now() - oldest.getTime()) / 1000) : 0,
      rate: rates.rate(performance.now()),
      ...(batchSeconds && { batchSeconds }),
      worker,
      generations: generations.map((each) => described(each, units.of(each.generation))),
      ...(rebuild && { rebuild }),
    };
  });
}

function described(
  { generation, version, state, partitions, createdAt }: Generation,
  units: readonly Unit[],
): ProjectionStatus['generations'][number] {
  const position = lowestPosition(units.map(({ follower }) => follower.status().position));
  return {
    generation,
    version,
    state,
    partitions,
    position: String(position),
    createdAt: createdAt.toISOString(),
  };
}
