import type { ProjectionCommand } from '#domain/projection/commands';
import type { RebuildState } from '#domain/projection/decider';
import type { Generation } from './read-model-store.ts';
import type { RebuildStatus } from './status.ts';

/** A rebuild at work in this worker. */
export type RebuildJob = {
  status(): RebuildStatus;
  /** Takes in what people have decided about it since. */
  follow(request: RebuildState): void;
  /** True when it has come to its end, or another worker has taken over: see the log. */
  isOver(): boolean;
  /** What is done stays: the next one goes on from there. */
  stop(): Promise<void>;
};

export type StartRebuild = (rebuild: {
  readonly request: RebuildState;
  /** Positions of the events that somebody decided to pass over. */
  skipped(): ReadonlySet<string>;
  /** Whether the live generation is meant to hold the same. */
  isAlike(live: Generation): boolean;
  send(command: ProjectionCommand, id: string): Promise<unknown>;
  /** Has the supervisor look again. */
  rouse(): void;
}) => RebuildJob;
