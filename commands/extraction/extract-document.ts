import type { Draft, ExtractedDocument } from './extracted-document.ts';
import { ExtractionError } from './extraction-error.ts';
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

/** Readers are loaded when first needed: together they take a second and 100 MB that most threads can spare. */
async function read(bytes: Uint8Array, context: ReadingContext): Promise<Draft> {
  const sniffed = await sniffMediaType(bytes, context.fileName);
  switch (sniffed.mediaType) {
    case 'application/pdf':
      return (await import('./formats/pdf.ts')).readPdf(bytes, context);
    case 'application/zip':
      return (await import('./formats/docx.ts')).readZip(bytes, context);
    case 'application/x-cfb':
      return (await import('./formats/compound-file.ts')).refuseCompoundFile(bytes);
    case 'message/rfc822':
      return (await import('./formats/email.ts')).readEmail(bytes, context);
    case 'text/html':
      return (await import('./formats/html.ts')).readHtml(bytes, sniffed.text);
    case 'text/markdown':
      return (await import('./formats/markdown.ts')).readMarkdown(sniffed.text);
    case 'text/plain':
      return (await import('./formats/plain-text.ts')).readPlainText(sniffed.text);
    default:
      return (await import('./formats/image.ts')).readImage(bytes, sniffed.mediaType, context);
  }
}
