import type { Changes, EntryKey, LoadedEntries, Need, Part } from '../entries.ts';

/**
 * `building`: being filled, unseen. `ready`: as far as the live one and kept so; waits for the switch. `live`: what
 * readers see. `retired`: was live; kept up to date for a while, so that one can switch back at once.
 */
export type GenerationState = 'building' | 'ready' | 'live' | 'retired';

/** One filling of a read model. Numbers grow and are never used again. */
export type Generation = {
  readonly generation: number;
  /** Version of the projection's code that fills it. */
  readonly version: number;
  readonly state: GenerationState;
  /** Into how many parts, by stream, the events are split; each has a checkpoint of its own. */
  readonly partitions: number;
  /** The rebuild that made it; none for the first. */
  readonly rebuildId?: string;
  /** The model that makes its content, where one does. */
  readonly madeBy?: string;
  readonly createdAt: Date;
  /** When it came to be in its state. */
  readonly changedAt: Date;
};

/** How many events there were of each type. */
export type TypeCounts = Readonly<Record<string, number>>;

/** How far a partition of a generation is. Everything in the log up to `position` is in it, parked, or skipped. */
export type Checkpoint = {
  readonly position: bigint;
  /** Events folded into it, by type, since it was begun. */
  readonly applied: TypeCounts;
  /** The last parked stream that was folded in afterwards, `<stream>@<position>`: tells whether it got through. */
  readonly released?: string;
};

/** A batch for one partition. */
export type Commit = {
  readonly partition: number;
  /** From `open`; a newer one makes this commit fail. */
  readonly fence: bigint;
  readonly from: bigint;
  readonly upTo: bigint;
  readonly changes: Changes;
  /** Events in this batch, by type. */
  readonly applied: TypeCounts;
  readonly released?: string;
};

export type StoredEntry = {
  readonly key: EntryKey;
  /** SHA-256, in hexadecimal, of the entry's content: equal content has equal hashes in every generation. */
  readonly hash: string;
};

/**
 * One projection's generations in its store. Content, checkpoint and generation states of a read model lie together, so
 * that what belongs together changes in one step.
 */
export type ReadModelStore = {
  /** Oldest first; none where nothing was ever made, or the store was wiped. */
  generations(): Promise<readonly Generation[]>;

  /**
   * Makes an empty generation with the next number. That of a rebuild which has one already is answered as it is: an
   * answer may have been lost.
   *
   * @param state `live` is only for the first: it is made with its indexes, and readers see it
   */
  create(options: {
    readonly version: number;
    readonly state: 'live' | 'building';
    readonly partitions: number;
    readonly rebuildId?: string;
  }): Promise<Generation>;

  checkpoint(generation: number, partition: number): Promise<Checkpoint>;

  /**
   * Takes over a partition: commits with a smaller fence fail from now on.
   *
   * @throws {FencedError} if a larger fence has been there
   */
  open(generation: number, partition: number, fence: bigint): Promise<Checkpoint>;

  /** Looks up entries as they are now. */
  load(generation: number, needs: readonly Need[]): Promise<LoadedEntries>;

  /**
   * Applies a batch and moves the checkpoint from `from` to `upTo`, in one transaction: both happen or neither. `from`
   * may be `upTo`, for a stream that was parked.
   *
   * @param options.bulk for a large batch of a generation that nobody reads: written the fastest way there is
   * @throws {FencedError} if somebody else has taken over: nothing was applied
   * @throws {CheckpointMovedError} if the checkpoint is not at `from`: nothing was applied
   */
  commit(generation: number, commit: Commit, options?: { readonly bulk?: boolean }): Promise<void>;

  /** Makes what only speeds up reading, if it is not there; what is needed before a generation is read. */
  finish(generation: number): Promise<void>;

  /** `building` to `ready`, or back. */
  mark(generation: number, state: 'building' | 'ready'): Promise<void>;

  /**
   * Makes a generation the live one in one step, and the one that was live `retired`.
   *
   * @returns `switched`, or `behind` (and nothing has changed) if the live one has come further
   */
  switchTo(generation: number): Promise<'switched' | 'behind'>;

  /** Takes a generation and its content away; nothing if it is not there. Never the live one. */
  drop(generation: number): Promise<void>;

  /** How many entries each part holds. */
  count(generation: number): Promise<ReadonlyMap<string, number>>;

  /** A page of entries of a part after a key, in an order that is the same in every generation. */
  page(
    generation: number,
    part: Part,
    after: EntryKey | undefined,
    limit: number,
  ): Promise<readonly StoredEntry[]>;

  /** True for an error that passes by itself (the store is away, a deadlock): try again. */
  isTransient(error: unknown): boolean;
};

/** The checkpoint is not where it was left: a commit whose answer was lost did happen. Open again. */
export class CheckpointMovedError extends Error {
  override name = 'CheckpointMovedError';
}

/** Another worker has taken over. */
export class FencedError extends Error {
  override name = 'FencedError';
}
