import { ExtractionError } from './extraction-error.ts';
import type { ExtractionLimits } from './limits.ts';

/** The refusal of a file larger than `limits.maxBytes`. */
export const tooManyBytes = (size: number, limits: ExtractionLimits): ExtractionError =>
  new ExtractionError(
    'too-large',
    `The file has ${size} bytes; at most ${limits.maxBytes} are read. Split it and upload the parts.`,
  );
