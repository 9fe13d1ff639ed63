import type { Gate } from '#domain/delegation/delegation';
import type { Channel } from '#domain/notification/events';
import type { EventStore } from '#platform/event-store';
import type { Logger } from '#platform/log';
import type { BlobStore } from '#platform/ports';
import type { DemoCase } from './demo/demo-case.ts';
import type { ProjectionCommandPorts } from './projection-commands.ts';

/** What the write API works with. */
export type WriteApiPorts = {
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly demo: DemoCase;
  /** In front of heavy work: what a person's tier does not allow is refused. */
  readonly gate: Gate;
  /** Whether a search provider is set up, so that questions may look outside the case. */
  readonly searchesWeb: boolean;
  /** The ways to people that this Casefold is set up for. */
  readonly channels: readonly Channel[];
  readonly projections: ProjectionCommandPorts;
  /** Largest file taken, in bytes. */
  readonly maxUploadBytes: number;
  readonly log: Logger;
};
