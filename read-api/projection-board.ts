import type { Logger } from '#platform/log';
import type { Bus } from '#platform/ports';
import {
  type ProjectionStatus,
  projectionStatusSchema,
  projectionStatusSubject,
  type RebuildStatus,
  rebuildNewsSchema,
  rebuildStatusSubject,
} from '#projections/runner/status';
import type { ProjectionItem } from './contract-projections.ts';

/** Workers tell each second; one that has missed this many milliseconds is gone, or cut off. */
const staleAfterMs = 5000;
/** A rebuild that nobody tells of any more has mostly come to its end: the log says how. */
const rebuildStaleAfterMs = 2500;

/** What was last heard of each partition of each projection, whichever process runs it. */
export type ProjectionBoard = {
  /** By name, then by partition. */
  items(): readonly ProjectionItem[];
  close(): Promise<void>;
};

type Heard = { readonly status: ProjectionStatus; readonly at: number };

/**
 * Listens from now on. A message that is not understood is passed over, and logged.
 *
 * @param now milliseconds since 1970
 */
export async function createProjectionBoard(
  bus: Bus,
  log: Logger,
  now: () => number = Date.now,
): Promise<ProjectionBoard> {
  /** By projection, then by partition. */
  const board = new Map<string, Map<number, Heard>>();
  /** By projection: whoever rebuilds one need not run any of its partitions. */
  const rebuilds = new Map<string, { readonly rebuild: RebuildStatus; readonly at: number }>();
  const isFresh = ({ at }: Heard) => now() - at < staleAfterMs;

  /** Several workers may tell of one partition: what one says that only waits for the lease is no news of who has it. */
  const isNoNews = (status: ProjectionStatus, before: Heard | undefined) =>
    before !== undefined &&
    status.state === 'waiting' &&
    before.status.state !== 'waiting' &&
    before.status.state !== 'stopped' &&
    before.status.worker !== status.worker &&
    isFresh(before);

  function hear(status: ProjectionStatus): void {
    const partitions = board.get(status.name) ?? new Map<number, Heard>();
    if (isNoNews(status, partitions.get(status.partition))) return;
    // Another generation may be split otherwise: partitions of the one before are never heard of again.
    for (const [partition, { status: before }] of partitions) {
      if (before.generation !== status.generation) partitions.delete(partition);
    }
    partitions.set(status.partition, { status, at: now() });
    board.set(status.name, partitions);
  }

  const unsubscribe = await bus.subscribe(projectionStatusSubject, (data) => {
    const parsed = projectionStatusSchema.safeParse(data);
    if (parsed.success) hear(parsed.data);
    else log.warn({ error: parsed.error.message }, 'a status of a projection was not understood');
  });

  const unsubscribeRebuilds = await bus.subscribe(rebuildStatusSubject, (data) => {
    const parsed = rebuildNewsSchema.safeParse(data);
    if (parsed.success) rebuilds.set(parsed.data.projection, { rebuild: parsed.data.rebuild, at: now() });
    else log.warn({ error: parsed.error.message }, 'news of a rebuild were not understood');
  });

  function rebuildOf({ name, rebuild }: ProjectionStatus): RebuildStatus | undefined {
    const told = rebuilds.get(name);
    return rebuild ?? (told && now() - told.at < rebuildStaleAfterMs ? told.rebuild : undefined);
  }

  function itemOf(heard: Heard): ProjectionItem {
    const rebuild = rebuildOf(heard.status);
    return {
      ...heard.status,
      ...(!isFresh(heard) && { state: 'waiting' }),
      ...(rebuild && { rebuild }),
      heardAt: new Date(heard.at).toISOString(),
      stale: !isFresh(heard),
    };
  }

  return {
    items: () =>
      [...board.values()]
        .flatMap((partitions) => [...partitions.values()].map(itemOf))
        .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.partition - b.partition)),
    async close() {
      await Promise.all([unsubscribe(), unsubscribeRebuilds()]);
    },
  };
}
