import type { Progress } from './extracted-document.ts';
import type { ExtractionLimits } from './limits.ts';
import type { Recogniser } from './ocr.ts';

/** What a format's reader may use besides the bytes. */
export type ReadingContext = {
  fileName: string;
  /** What the uploader or the mail said it is; the bytes decide, this only gives a warning. */
  declaredMediaType: string | undefined;
  limits: ExtractionLimits;
  /** Reports work done; each report also proves that the document has not hung. */
  progress: (progress: Progress) => void;
  recogniser: Recogniser;
};
