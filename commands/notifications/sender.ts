/** What is sent to a person on one way. */
export type OutgoingMessage = {
  /** The same for every attempt: a receiver that gets two may know by it that they are one. */
  readonly messageId: string;
  /** An e-mail address, or a telephone number with its country code. */
  readonly to: string;
  readonly title: string;
  readonly body: string;
  /** Where to look at it, if there is something to look at. */
  readonly url?: string;
};

/** Sends on one way. */
export type Sender = {
  /**
   * Resolves when the other side has taken the message.
   *
   * @throws {NotSentError} if it certainly reached nobody
   * @throws anything else if nobody can know whether it did
   */
  send(message: OutgoingMessage): Promise<void>;
};

/** A message that certainly reached nobody. */
export class NotSentError extends Error {
  override name = 'NotSentError';
  /** Stable, in kebab case. */
  readonly reason: string;
  /** True if another attempt would come to the same. */
  readonly final: boolean;
  constructor(reason: string, message: string, { final, cause }: { final: boolean; cause?: unknown }) {
    super(message, { cause });
    this.reason = reason;
    this.final = final;
  }
}
