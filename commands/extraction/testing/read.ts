import { readFileSync } from 'node:fs';
import { extractDocument } from '../extract-document.ts';
import type { ExtractedDocument, Progress } from '../extracted-document.ts';
import { defaultLimits, type ExtractionLimits } from '../limits.ts';
import { createRecogniser } from '../ocr.ts';

/** Extracts in the test's own thread, where a debugger and a stack trace reach. */
export async function read(
  content: Uint8Array | string,
  fileName: string,
  limits: Partial<ExtractionLimits> = {},
  progress: (progress: Progress) => void = () => {},
): Promise<ExtractedDocument> {
  const recogniser = createRecogniser();
  try {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const context = {
      fileName,
      declaredMediaType: undefined,
      limits: { ...defaultLimits, ...limits },
      progress,
      recogniser,
    };
    return await extractDocument(bytes, context);
  } finally {
    await recogniser.close();
  }
}

export const fixture = (path: string): Buffer =>
  readFileSync(new URL(`../fixtures/${path}`, import.meta.url));
