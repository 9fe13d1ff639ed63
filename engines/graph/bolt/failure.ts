/**
 * A failure as the client sees it: a Neo4j status code and a message. Codes under `Neo.TransientError` make the
 * driver's managed transactions try again.
 */
export class BoltFailure extends Error {
  override name = 'BoltFailure';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** LadybugDB says what went wrong only in words; the first pattern that fits gives the code. */
const codes: readonly [RegExp, string][] = [
  [/^Parser exception/, 'Neo.ClientError.Statement.SyntaxError'],
  [/duplicated primary key|uniqueness constraint/, 'Neo.ClientError.Schema.ConstraintValidationFailed'],
  [/has connected edges/, 'Neo.ClientError.Schema.ConstraintValidationFailed'],
  [/inside a read-only transaction/, 'Neo.ClientError.Statement.AccessMode'],
  [/^Parameter .* not found/, 'Neo.ClientError.Statement.ParameterMissing'],
  [/Only one write transaction|write-write conflict/i, 'Neo.TransientError.Transaction.DeadlockDetected'],
  [/Timeout waiting for active transactions/i, 'Neo.TransientError.Transaction.LockAcquisitionTimeout'],
  [/^Interrupted/, 'Neo.ClientError.Transaction.TransactionTimedOut'],
  [/^Buffer manager exception/, 'Neo.TransientError.General.OutOfMemoryError'],
  [/has data type|Cannot match a built-in function|Implicit cast/, 'Neo.ClientError.Statement.TypeError'],
  [/^Binder exception|^Catalog exception/, 'Neo.ClientError.Statement.SemanticError'],
  [/^Conversion exception|^Overflow exception|^Runtime exception/, 'Neo.ClientError.Statement.ArgumentError'],
];

/** Any error as a failure; what is not recognised becomes `Neo.DatabaseError.General.UnknownError`. */
export function toBoltFailure(error: unknown): BoltFailure {
  if (error instanceof BoltFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = codes.find(([pattern]) => pattern.test(message))?.[1];
  return new BoltFailure(code ?? 'Neo.DatabaseError.General.UnknownError', message);
}
