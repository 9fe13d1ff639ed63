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

/** Under which lease something is parked. */
export type ParkedBy = { readonly partition: number; readonly fence: bigint };

/** Where a generation's parked events are kept. */
export type Parking = {
  /** All of a generation, or of one of its streams, in log order. */
  parked(generation: number, stream?: string): Promise<readonly ParkedEvent[]>;
  /**
   * Keeps events; those that are there already are kept anew, as parked now.
   *
   * @throws {FencedError} if another worker has taken over: it knows better what to park
   */
  park(
    generation: number,
    events: readonly Omit<ParkedEvent, 'parkedAt'>[],
    by: ParkedBy | undefined,
  ): Promise<void>;
  /** Lets the events of a stream go, up to a position. */
  release(generation: number, stream: string, upTo: bigint): Promise<void>;
  /** Of a generation that is gone. */
  forget(generation: number): Promise<void>;
};

export type Failure = { readonly error: unknown; readonly attempts: number };

export const parkedOf = (event: RecordedEvent, failure?: Failure): Omit<ParkedEvent, 'parkedAt'> => ({
  stream: event.stream,
  position: event.position,
  revision: event.revision,
  eventId: event.id,
  type: event.type,
  isCause: failure !== undefined,
  error: failure ? messageOf(failure.error) : '',
  attempts: failure?.attempts ?? 0,
});

/** An event that is parked, after it failed again. */
export const parkedAgain = (
  { parkedAt: _, ...parked }: ParkedEvent,
  { error, attempts }: Failure,
): Omit<ParkedEvent, 'parkedAt'> => ({
  ...parked,
  isCause: true,
  error: messageOf(error),
  attempts: parked.attempts + attempts,
});

const messageOf = (error: unknown) => String(error instanceof Error ? error.message : error);

/** What a checkpoint says of a stream whose parked events were folded in, up to a position. */
export const releasedAs = (stream: string, upTo: bigint) => `${stream}@${upTo}`;

/** Of a checkpoint's `released`: whether a parked event was folded in with it. The name of a stream may hold an @. */
export function wasReleased(
  released: string | undefined,
  { stream, position }: Pick<ParkedEvent, 'stream' | 'position'>,
): boolean {
  if (released === undefined) return false;
  const at = released.lastIndexOf('@');
  return released.slice(0, at) === stream && position <= BigInt(released.slice(at + 1));
}
