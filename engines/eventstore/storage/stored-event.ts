/** An event as the log keeps it. */
export type StoredEvent = {
  /** Place in `$all`, from 1 on, without gaps. */
  readonly position: number;
  /** Id of the stream's row. */
  readonly stream: number;
  readonly revision: number;
  /** Id of the event type's row. */
  readonly type: number;
  /** The encoded `RecordedEvent`. */
  readonly record: Buffer;
};
