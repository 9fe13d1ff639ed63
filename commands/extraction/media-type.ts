import { extname } from 'node:path';
import { fileTypeFromBuffer } from 'file-type';
import { ExtractionError } from './extraction-error.ts';
import { type DecodedText, decodeText } from './text-encoding.ts';

/** Text formats come with their text, decoded already. */
export type Sniffed = { mediaType: BinaryType } | { mediaType: TextType; text: DecodedText };

type TextType = 'message/rfc822' | 'text/html' | 'text/markdown' | 'text/plain';

type BinaryType = 'application/pdf' | 'application/zip' | 'application/x-cfb' | ImageType;
export type ImageType = (typeof imageTypes)[number];

const imageTypes = ['image/png', 'image/jpeg', 'image/bmp', 'image/webp', 'image/tiff', 'image/gif'] as const;
/** A zip's first bytes: an entry, the end of an empty one, or the mark of a split one. */
const zipMarks = ['PK\u0003\u0004', 'PK\u0005\u0006', 'PK\u0007\u0008'];
const headerNames =
  /^(?:from|to|cc|bcc|subject|date|message-id|mime-version|received|return-path|delivered-to|reply-to|sender|in-reply-to|references|content-type|content-transfer-encoding|x-[\w-]+)[ \t]*:/i;

/**
 * What the bytes are. The name only decides between kinds of text that bytes cannot tell apart (Markdown, a mail with
 * hardly any headers, an HTML fragment).
 * @throws {ExtractionError} `empty`, or `unsupported` for binary formats that are not read
 */
export async function sniffMediaType(bytes: Uint8Array, fileName: string): Promise<Sniffed> {
  if (bytes.length === 0) {
    throw new ExtractionError('empty', 'The file has no bytes. Upload it again from its source.');
  }
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1');
  if (head.slice(0, 1024).includes('%PDF-')) return { mediaType: 'application/pdf' };
  if (zipMarks.some((mark) => head.startsWith(mark))) return { mediaType: 'application/zip' };
  if (head.startsWith('\u00d0\u00cf\u0011\u00e0\u00a1\u00b1')) return { mediaType: 'application/x-cfb' };
  if (head.startsWith('{\\rtf'))
    throw unsupported('a Rich Text document', 'Save it as DOCX or PDF and upload that.');
  if (/^(\u00ff|\?)WPC/.test(head)) {
    throw unsupported('a WordPerfect document', 'Save it as DOCX or PDF and upload that.');
  }

  const magic = await fileTypeFromBuffer(bytes).catch(() => undefined);
  // A TIFF cut off before its directory is not recognised as one.
  const isTiff = /^(?:II\*|MM\0\*)/.test(head) && magic === undefined;
  const image = imageTypes.find((type) => type === (isTiff ? 'image/tiff' : magic?.mime));
  if (image !== undefined) return { mediaType: image };

  const text = decodeText(bytes);
  if (text !== undefined) return { mediaType: textType(text.text.slice(0, 16_384), fileName), text };
  throw unsupported(
    magic === undefined ? 'of no known kind and holds no readable text' : `of type ${magic.mime}`,
    'Convert it to PDF, DOCX, EML, HTML or plain text and upload that.',
  );
}

const unsupported = (what: string, mend: string): ExtractionError =>
  new ExtractionError('unsupported', `The file is ${what}, which cannot be read. ${mend}`);

function textType(head: string, fileName: string): TextType {
  const extension = extname(fileName).toLowerCase();
  const headers = headerLines(head);
  if (headers >= 2 || (extension === '.eml' && headerNames.test(head))) return 'message/rfc822';
  const start = head.replace(/^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]*?-->\s*)*/, '').slice(0, 200);
  if (/^<(?:!doctype\s+html|html|head|body)\b/i.test(start)) return 'text/html';
  if (/^\.x?html?$/.test(extension) && /<[a-z][\s\S]*>/i.test(head)) return 'text/html';
  return /^\.(?:md|markdown|mdown|mkd)$/.test(extension) ? 'text/markdown' : 'text/plain';
}

/** How many known header fields stand in the block of header lines the text begins with; 0 if it is no such block. */
function headerLines(head: string): number {
  let known = 0;
  const lines = head.replace(/^(?:>?From .*\r?\n)?/, '').split(/\r?\n/, 200);
  for (const [index, line] of lines.entries()) {
    if (line === '') break;
    if (headerNames.test(line)) known++;
    else if (index === 0 && !/^[\w-]+[ \t]*:/.test(line)) return 0;
    else if (!/^[ \t]|^[!-9;-~]+[ \t]*:/.test(line) && index < 4) return 0;
  }
  return known;
}

const extensionTypes: Record<string, string> = {
  '.pdf': 'application/pdf',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.eml': 'message/rfc822',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.md': 'text/markdown',
  '.txt': 'text/plain',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.bmp': 'image/bmp',
  '.webp': 'image/webp',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.gif': 'image/gif',
};

/** A warning when the file's name (or its container) promises another type than its bytes are. */
export function mislabelled(mediaType: string, fileName: string, declared?: string): string | undefined {
  const extension = extname(fileName).toLowerCase();
  const byName = extensionTypes[extension];
  if (byName !== undefined) {
    if (byName === mediaType) return undefined;
    return `The name ends in ${extension}, but the bytes are ${mediaType}; read as what they are.`;
  }
  const known = declared !== undefined && Object.values(extensionTypes).includes(declared);
  if (!known || declared === mediaType) return undefined;
  return `The file was declared as ${declared}, but the bytes are ${mediaType}; read as what they are.`;
}

/** The type an attachment's name promises, for when its container does not say; extraction will look at the bytes. */
export const guessAttachmentType = (fileName: string): string =>
  extensionTypes[extname(fileName).toLowerCase()] ?? 'application/octet-stream';
