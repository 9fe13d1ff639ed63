/** A page that is not read, and why: no fault of the question, which goes on without it. */
export class RefusedPage extends Error {
  override name = 'RefusedPage';
  /** Stable name of the cause, in kebab case. */
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}
