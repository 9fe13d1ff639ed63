import type { ResolvedRecord } from '../wire/recorded-event.ts';

/** An event on its way through a group. */
export type Message = {
  /** The id consumers answer with: the link's, where there is one, or the event's. */
  readonly id: string;
  /** Id of the stream the event is in; the pinned strategy goes by it. */
  readonly stream: number;
  /** What a parked link points at. */
  readonly origin: { readonly stream: string; readonly revision: number };
  readonly resolved: ResolvedRecord;
  /** Where it came from, and its place there. */
  readonly from: 'source' | 'parked';
  readonly place: number;
  readonly retryCount: number;
};
