import type { Progress } from './extracted-document.ts';
import type { ExtractionLimits } from './limits.ts';
import type { Recogniser } from './ocr.ts';

/** What a format's reader may use besides the bytes. */
export type ReadingContext = {
  fileName: string;
  limits: ExtractionLimits;
  /** Reports work done; each report also proves that the document has not hung. */
  progress: (progress: Progress) => void;
  recogniser: Recogniser;
};
