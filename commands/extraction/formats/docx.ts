import mammoth from 'mammoth';
import { layOut } from '../blocks.ts';
import { cleanTitle } from '../clean-text.ts';
import { parseXml } from '../dom.ts';
import type { Draft } from '../extracted-document.ts';
import { ExtractionError, messageOf } from '../extraction-error.ts';
import { packageVersion } from '../package-version.ts';
import type { ReadingContext } from '../reading-context.ts';
import { checkZip } from '../zip-guard.ts';
import { htmlBlocks } from './html-blocks.ts';

/** The arrow that leads from a note back to its mark is of use on a web page only. */
const backLinks = /<a href="#[^"]*-ref-\d+">↑<\/a>/g;
const corePart = 'docProps/core.xml';

/**
 * A zip container: a DOCX, or a refusal that says what it is instead.
 * @throws {ExtractionError} also what `checkZip` throws
 */
export async function readZip(bytes: Uint8Array, context: ReadingContext): Promise<Draft> {
  const { names, contents } = await checkZip(bytes, context.limits, new Set([corePart]));
  const starts = (prefix: string) => [...names].some((name) => name.startsWith(prefix));
  if (starts('word/')) return readDocx(bytes, contents.get(corePart));
  if (names.size === 0)
    throw new ExtractionError('empty', 'The zip archive is empty. Upload the files themselves.');
  if (names.has('[Content_Types].xml') && !starts('xl/') && !starts('ppt/'))
    return readDocx(bytes, contents.get(corePart));
  const what = starts('xl/')
    ? 'an Excel workbook'
    : starts('ppt/')
      ? 'a PowerPoint presentation'
      : names.has('META-INF/manifest.xml')
        ? 'an OpenDocument file'
        : 'a zip archive';
  const mend =
    what === 'a zip archive' ? 'Unpack it and upload the files.' : 'Save it as PDF or DOCX and upload that.';
  throw new ExtractionError('unsupported', `The file is ${what}, which cannot be read. ${mend}`);
}

/**
 * A Word document: body, tables, lists, notes and comments in reading order. Pictures, page headers and footers are
 * not part of it.
 */
async function readDocx(bytes: Uint8Array, core: Buffer | undefined): Promise<Draft> {
  let pictures = 0;
  const options = {
    convertImage: mammoth.images.imgElement(async () => {
      pictures++;
      return { src: '' };
    }),
    styleMap: ['comment-reference => sup'],
    externalFileAccess: false,
  };
  const { value, messages } = await mammoth
    .convertToHtml({ buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) }, options)
    .catch((error: unknown) => {
      throw new ExtractionError(
        'truncated-or-damaged',
        `The Word document cannot be read (${messageOf(error)}). Open it in Word, save it again, and upload that.`,
        { cause: error },
      );
    });
  const { text, sections } = layOut(htmlBlocks(value.replace(backLinks, '')).blocks);
  const properties = coreProperties(core);
  const title =
    properties.title ?? sections.find((section) => section.level === 1 && section.start < 2000)?.title;
  return {
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    text,
    ...properties,
    ...(title === undefined ? {} : { title }),
    pages: [],
    sections,
    attachments: [],
    extractor: packageVersion('mammoth'),
    warnings: [
      ...(pictures === 0
        ? []
        : [`Pictures in the document (${pictures}) were not read; upload those that show text.`]),
      ...messages
        .map(({ message }) => message)
        .filter((message) => !/^Unrecogni[sz]ed .* style/.test(message))
        .slice(0, 20),
    ],
  };
}

/** Dublin Core properties of an Office document (ECMA-376 part 2); all of them optional, and only claims. */
function coreProperties(core: Buffer | undefined): Pick<Draft, 'title' | 'language' | 'claimedDate'> {
  if (core === undefined) return {};
  const xml = parseXml(core.toString('utf8'));
  const read = (name: string) => cleanTitle(xml.querySelector(name.replace(':', '\\:'))?.textContent);
  const title = read('dc:title');
  const language = read('dc:language');
  const created = new Date(read('dcterms:created') ?? Number.NaN);
  return {
    ...(title === undefined ? {} : { title }),
    ...(language === undefined ? {} : { language }),
    ...(Number.isNaN(created.getTime()) ? {} : { claimedDate: created.toISOString() }),
  };
}
