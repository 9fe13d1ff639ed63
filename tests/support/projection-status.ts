import type { ProjectionStatus } from '#projections/runner/status';

/** A status as a worker tells it, for a projection that is well. */
export const projectionStatus = (changes: Partial<ProjectionStatus> = {}): ProjectionStatus => ({
  name: 'document-list',
  version: 1,
  sink: 'postgres',
  generation: 1,
  partition: 0,
  partitions: 1,
  state: 'running',
  position: '900',
  head: '900',
  lagEvents: 0,
  lagSeconds: 0,
  applied: 12,
  rate: 3,
  parked: 0,
  worker: 'w1',
  generations: [
    {
      generation: 1,
      version: 1,
      state: 'live',
      partitions: 1,
      position: '900',
      createdAt: '2026-11-25T10:00:00.000Z',
    },
  ],
  ...changes,
});
