export const extractionFailureReasons = [
  'empty',
  'encrypted',
  'truncated-or-damaged',
  'unsupported',
  'too-large',
  'timeout',
  'out-of-memory',
  'zip-bomb',
  'no-text',
  'failed',
] as const;

export type ExtractionFailureReason = (typeof extractionFailureReasons)[number];

/** Why a file gave no text. `reason` is for programs; `message` tells a person what, where, and how to mend it. */
export class ExtractionError extends Error {
  readonly reason: ExtractionFailureReason;

  constructor(reason: ExtractionFailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ExtractionError';
    this.reason = reason;
  }
}

/** The text of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
