type Answered = { readonly status?: number; readonly retryAfterMs?: number };

/** A page that is not read, and why: no fault of the question, which goes on without it. */
export class RefusedPage extends Error {
  override name = 'RefusedPage';
  /** Stable name of the cause, in kebab case. */
  readonly reason: string;
  /** HTTP status, where the server answered with one that is no page. */
  readonly status: number | undefined;
  /** How long the server asks to be left alone, milliseconds. */
  readonly retryAfterMs: number | undefined;
  constructor(reason: string, message: string, { status, retryAfterMs }: Answered = {}) {
    super(message);
    this.reason = reason;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}
