import type { Draft, ExtractedDocument } from './extracted-document.ts';
import { ExtractionError } from './extraction-error.ts';
import { refuseCompoundFile } from './formats/compound-file.ts';
import { readZip } from './formats/docx.ts';
import { readEmail } from './formats/email.ts';
import { readHtml } from './formats/html.ts';
import { readImage } from './formats/image.ts';
import { readMarkdown } from './formats/markdown.ts';
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
): Promise<ExtractedDocument> {
  const draft = await read(bytes, context);
  if (draft.text.trim() === '' && draft.attachments.length === 0) {
    throw new ExtractionError(
      'no-text',
      `The file opens, but no text was found in it. ${draft.warnings[0] ?? 'If it should hold text, upload a better copy, or a scan of it as PDF.'}`,
    );
  }
  if (draft.text.length > context.limits.maxTextLength) {
    throw new ExtractionError(
      'too-large',
      `The text has ${draft.text.length} characters; at most ${context.limits.maxTextLength} are kept. Split the file and upload the parts.`,
    );
  }
  const warning = mislabelled(draft.mediaType, context.fileName, context.declaredMediaType);
  return {
    ...draft,
    passages: cutPassages(draft.text, draft.sections, draft.pages),
    warnings: [...(warning === undefined ? [] : [warning]), ...draft.warnings],
  };
}

async function read(bytes: Uint8Array, context: ReadingContext): Promise<Draft> {
  const sniffed = await sniffMediaType(bytes, context.fileName);
  switch (sniffed.mediaType) {
    case 'application/pdf':
      return readPdf(bytes, context);
    case 'application/zip':
      return readZip(bytes, context);
    case 'application/x-cfb':
      return refuseCompoundFile(bytes);
    case 'message/rfc822':
      return readEmail(bytes, context);
    case 'text/html':
      return readHtml(bytes, sniffed.text);
    case 'text/markdown':
      return readMarkdown(sniffed.text);
    case 'text/plain':
      return readPlainText(sniffed.text);
    default:
      return readImage(bytes, sniffed.mediaType, context);
  }
}
