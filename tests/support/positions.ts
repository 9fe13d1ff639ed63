import { z } from 'zod';
import type { CasefoldProcess } from './casefold-process.ts';

/** The projections that each role runs. */
export const projectionsOf: Readonly<Record<string, readonly string[]>> = {
  projections: [
    'activity-metrics',
    'case-graph',
    'case-history',
    'document-list',
    'document-passages',
    'insight-list',
    'job-status',
    'notification-inbox',
    'question-list',
    'recommendations',
    'report-list',
    'user-interest',
  ],
  'gpu-runner': ['passage-vectors'],
};

/** What a process says of itself at `/health`. */
export const healthSchema = z.object({
  status: z.enum(['ok', 'degraded']),
  roles: z.array(z.string()),
  engines: z.array(z.object({ name: z.string(), status: z.string(), restarts: z.number() })),
  /** The partitions it runs: those that no other worker has. */
  projections: z.array(
    z.object({
      name: z.string(),
      partition: z.number(),
      state: z.string(),
      position: z.coerce.bigint(),
    }),
  ),
});
export type Health = z.infer<typeof healthSchema>;

export const healthOf = async ({ url }: Pick<CasefoldProcess, 'url'>): Promise<Health> =>
  healthSchema.parse(await (await fetch(`${url}/health`)).json());

/**
 * How far each projection is, by the slowest of its partitions.
 *
 * @param processes all that run the projections of their roles
 * @throws {Error} while nobody runs one of these: the lease of a worker that was killed takes a while to expire
 */
export function positionsIn(processes: readonly Health[]): ReadonlyMap<string, bigint> {
  const positions = new Map<string, bigint>();
  for (const { name, position } of processes.flatMap(({ projections }) => projections)) {
    const before = positions.get(name);
    if (before === undefined || position < before) positions.set(name, position);
  }
  const wanted = new Set(
    processes.flatMap(({ roles }) => roles.flatMap((role) => projectionsOf[role] ?? [])),
  );
  const missing = [...wanted].filter((name) => !positions.has(name));
  if (missing.length > 0) throw new Error(`Nobody runs ${missing.join(', ')}.`);
  return positions;
}
