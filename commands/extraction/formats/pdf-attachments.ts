import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Attachment } from '../extracted-document.ts';
import { messageOf } from '../extraction-error.ts';
import { guessAttachmentType } from '../media-type.ts';
import { safeFileName } from '../safe-file-name.ts';

/** Files embedded in a PDF. One that cannot be read is named in `warnings` and left out. */
export async function attachmentsOf(document: PDFDocumentProxy, warnings: string[]): Promise<Attachment[]> {
  const attachments: Attachment[] = [];
  try {
    for (const [id, { filename }] of (await document.getAttachments()) ?? []) {
      const content = await document.getAttachmentContent(id);
      const fileName = safeFileName(filename, `attachment-${attachments.length + 1}`);
      if (content !== undefined && content !== null)
        attachments.push({ fileName, mediaType: guessAttachmentType(fileName), bytes: content });
    }
  } catch (error) {
    warnings.push(`Embedded files cannot be read: ${messageOf(error)}.`);
  }
  return attachments;
}
