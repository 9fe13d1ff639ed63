import type { Decider } from '#domain/decider';
import type { DomainEvent } from '#domain/event';
import type { EventStore } from './event-store.ts';

type Fold<State, Event extends DomainEvent> = Pick<Decider<State, never, Event>, 'initialState' | 'evolve'>;

/** A stream up to its last event, as it is folded. */
export type Folded<State> = {
  readonly state: State;
  /** Of the last event; undefined of a stream without any. */
  readonly revision: bigint | undefined;
  /** Place of that event in the log; -1 without any. */
  readonly position: bigint;
  /** Place in the log of the event with an id, if the stream has it. */
  positionOf(eventId: string): bigint | undefined;
};

type Place = { readonly revision: bigint; readonly position: bigint };
type Kept<State> = {
  readonly state: State;
  readonly last: Place;
  /** Where each event is, by id; shared by all folds of the stream, so it may know of events behind `last`. */
  readonly places: Map<string, Place>;
};

/** Shorter streams are read as quickly as they are remembered. */
const leastEvents = 32;
/** Events of all the streams remembered: some 200 bytes each. */
const mostEvents = 200_000;

/** Streams of one log as they were folded last, the longest unused first. */
class FoldedStreams {
  readonly #kept = new Map<
    string,
    { readonly fold: object; readonly kept: Kept<unknown>; readonly events: number }
  >();
  #events = 0;

  /** What `fold` made of a stream, which is of its kind: nothing that another made is given out. */
  of<State, Event extends DomainEvent>(fold: Fold<State, Event>, stream: string): Kept<State> | undefined {
    const found = this.#kept.get(stream);
    return found?.fold === fold ? (found.kept as Kept<State>) : undefined;
  }

  keep(fold: object, stream: string, kept: Kept<unknown>): void {
    this.forget(stream);
    const events = kept.places.size;
    if (events < leastEvents || events > mostEvents / 2) return;
    this.#kept.set(stream, { fold, kept, events });
    this.#events += events;
    for (const [oldest] of this.#kept) {
      if (this.#events <= mostEvents) break;
      this.forget(oldest);
    }
  }

  forget(stream: string): void {
    const found = this.#kept.get(stream);
    if (!found) return;
    this.#kept.delete(stream);
    this.#events -= found.events;
  }
}

const foldedOf = new WeakMap<EventStore, FoldedStreams>();

function foldedIn(store: EventStore): FoldedStreams {
  const known = foldedOf.get(store) ?? new FoldedStreams();
  foldedOf.set(store, known);
  return known;
}

/**
 * Folds a stream to its end. Of a long stream that was folded before only what came since is read: events never change,
 * and whoever appends names the revision that was folded, so what another process has written meanwhile is never lost.
 *
 * @param fold the same object each time, by which its states are known again
 */
export async function foldToEnd<State, Event extends DomainEvent>(
  store: EventStore,
  fold: Fold<State, Event>,
  stream: string,
): Promise<Folded<State>> {
  const folded = foldedIn(store);
  const before = folded.of(fold, stream);
  const places = before?.places ?? new Map<string, Place>();
  let state = before?.state ?? fold.initialState;
  let last = before?.last;
  for await (const event of store.readStream(stream, last && last.revision + 1n)) {
    // The stream's name says which aggregate it is; the registry has made sure of the shape.
    state = fold.evolve(state, event as unknown as Event);
    last = { revision: event.revision, position: event.position };
    places.set(event.id, last);
  }
  const end = last;
  if (end) folded.keep(fold, stream, { state, last: end, places });
  return {
    state,
    revision: end?.revision,
    position: end?.position ?? -1n,
    positionOf(eventId) {
      const place = places.get(eventId);
      // Another fold may have seen more meanwhile.
      return end && place && place.revision <= end.revision ? place.position : undefined;
    },
  };
}

/** Has a stream read from its beginning the next time: it was not where it was thought to be. */
export const forgetFolded = (store: EventStore, stream: string): void => foldedIn(store).forget(stream);
