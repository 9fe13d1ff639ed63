import type { ProjectionCommand } from '#domain/projection/commands';
import type { RebuildState } from '#domain/projection/decider';
import type { RebuildStatus } from './status.ts';
import type { Units } from './units.ts';

/** A rebuild at work in this worker. */
export type RebuildJob = { status(): RebuildStatus; stop(): Promise<void> };

export type StartRebuild = (rebuild: {
  readonly request: RebuildState;
  readonly units: Units;
  send(command: ProjectionCommand, id: string): Promise<unknown>;
  /** Has the supervisor look again. */
  rouse(): void;
}) => RebuildJob;
