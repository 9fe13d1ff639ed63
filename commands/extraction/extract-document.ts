import type { Draft, ExtractedDocument } from './extracted-document.ts';
import { ExtractionError } from './extraction-error.ts';
import { readPdf } from './formats/pdf.ts';
import { readPlainText } from './formats/plain-text.ts';
import { mislabelled, sniffMediaType } from './media-type.ts';
import { cutPassages } from './passages.ts';
import type { ReadingContext } from './reading-context.ts';

/**
 * One file to its text, pages, sections, passages and attachments, in the thread that calls it. Deterministic: the
 * same bytes under the same name give the same document.
 * @throws {ExtractionError} with the reason why there is no text
 */
export async function extractDocument(
  bytes: Uint8Array,
  context: ReadingContext,
  declaredMediaType?: string,
): Promise<ExtractedDocument> {
  const draft = await read(bytes, context, declaredMediaType);
  if (draft.text.trim() === '' && draft.attachments.length === 0) {
    throw new ExtractionError(
      'no-text',
      'The file opens but holds no text, not even as a picture. If it should, upload a better copy or a scan of it.',
    );
  }
  if (draft.text.length > context.limits.maxTextLength) {
    throw new ExtractionError(
      'too-large',
      `The text has ${draft.text.length} characters; at most ${context.limits.maxTextLength} are kept. Split the file and upload the parts.`,
    );
  }
  const warning = mislabelled(draft.mediaType, context.fileName);
  return {
    ...draft,
    passages: cutPassages(draft.text, draft.sections, draft.pages),
    warnings: [...(warning === undefined ? [] : [warning]), ...draft.warnings],
  };
}

async function read(bytes: Uint8Array, context: ReadingContext, declared?: string): Promise<Draft> {
  const sniffed = await sniffMediaType(bytes, context.fileName);
  switch (sniffed.mediaType) {
    case 'application/pdf':
      return readPdf(bytes, context);
    default:
      if (sniffed.text) return readPlainText(sniffed.text);
      throw new ExtractionError(
        'unsupported',
        `The file is ${sniffed.mediaType}${declared === undefined ? '' : ` (declared ${declared})`}, which is not read yet.`,
      );
  }
}
