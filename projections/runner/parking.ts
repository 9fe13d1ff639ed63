import type { RecordedEvent } from '#domain/event';

/** An event that a projection has put aside: one that could not be folded, or a later one of the same stream. */
export type ParkedEvent = {
  readonly stream: string;
  readonly position: bigint;
  readonly revision: bigint;
  readonly eventId: string;
  readonly type: string;
  /** True for the event that failed; the others wait behind it, so that the order inside the stream is kept. */
  readonly isCause: boolean;
  /** What went wrong; empty for an event that only waits. */
  readonly error: string;
  readonly attempts: number;
  readonly parkedAt: Date;
};

/** Where a generation's parked events are kept. */
export type Parking = {
  /** All of a generation, in log order. */
  parked(generation: number): Promise<readonly ParkedEvent[]>;
  /** Keeps events; those that are there already are kept anew. */
  park(generation: number, events: readonly Omit<ParkedEvent, 'parkedAt'>[]): Promise<void>;
  /** Lets the events of a stream go, up to a position. */
  release(generation: number, stream: string, upTo: bigint): Promise<void>;
};

export const parkedOf = (
  event: RecordedEvent,
  failure?: { readonly error: unknown; readonly attempts: number },
): Omit<ParkedEvent, 'parkedAt'> => ({
  stream: event.stream,
  position: event.position,
  revision: event.revision,
  eventId: event.id,
  type: event.type,
  isCause: failure !== undefined,
  error: failure ? String(failure.error instanceof Error ? failure.error.message : failure.error) : '',
  attempts: failure?.attempts ?? 0,
});
