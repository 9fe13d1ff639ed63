import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import PDFDocument from 'pdfkit';
import type { PrintedClaim, PrintedReport } from './printed-report.ts';

/** Liberation Sans (SIL Open Font Licence) has Latin, Greek and Cyrillic; it comes with what shows PDFs. */
const fontFolder = join(
  dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json')),
  'standard_fonts',
);
const fonts = {
  regular: join(fontFolder, 'LiberationSans-Regular.ttf'),
  bold: join(fontFolder, 'LiberationSans-Bold.ttf'),
  italic: join(fontFolder, 'LiberationSans-Italic.ttf'),
};
/** Of any other script the font has boxes only. */
const beyondFont =
  /[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]/u;

/** Points. */
const margin = 60;
const ink = '#1f2328';
const muted = '#5b6370';
const accent = '#2b5fb3';

/**
 * A report as a PDF (A4) with its sources at the end, a link to the source at each number, bookmarks and page numbers.
 * Its date is that of the report, and nothing in it comes from chance: the same report gives the same bytes.
 */
export async function renderPdf(report: PrintedReport): Promise<Uint8Array<ArrayBuffer>> {
  const { title, about, completedAt, sections, sources, steps } = report;
  const pdf = new PDFDocument({
    size: 'A4',
    margins: { top: margin, bottom: margin + 10, left: margin, right: margin },
    bufferPages: true,
    lang: 'en',
    displayTitle: true,
    info: { Title: title, Creator: 'Casefold', CreationDate: completedAt, ModDate: completedAt },
  });
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const done = new Promise<void>((resolve, reject) => pdf.on('end', resolve).on('error', reject));
  for (const [name, file] of Object.entries(fonts)) pdf.registerFont(name, file);

  pdf.font('bold').fontSize(20).fillColor(ink).text(title).moveDown(0.5);
  for (const line of [...about, ...missing(report)]) small(pdf, line);
  for (const { kind, heading, claims } of sections) {
    header(pdf, heading);
    for (const [index, claim] of claims.entries()) {
      writeClaim(pdf, kind === 'recommendations' ? `${index + 1}.` : '•', claim);
    }
  }
  header(pdf, 'Sources');
  for (const [index, source] of sources.entries()) {
    const width = pdf.page.width - 2 * margin - 26;
    // The number and its words stay together.
    if (pdf.y + pdf.font('regular').fontSize(8.5).heightOfString(source, { width }) > bottomOf(pdf))
      pdf.addPage();
    const { y } = pdf;
    pdf.fillColor(muted).text(`${index + 1}`, margin, y, { destination: sourceName(index + 1) });
    pdf
      .fillColor(ink)
      .text(source, margin + 26, y, { width })
      .moveDown(0.35);
    pdf.x = margin;
  }
  header(pdf, 'How this report was written');
  for (const step of steps) small(pdf, step);
  numberPages(pdf, title);
  pdf.end();
  await done;
  return Uint8Array.from(Buffer.concat(chunks));
}

type Pdf = InstanceType<typeof PDFDocument>;

const sourceName = (number: number) => `source-${number}`;
const bottomOf = (pdf: Pdf) => pdf.page.height - pdf.page.margins.bottom;

function small(pdf: Pdf, line: string): void {
  pdf.font('regular').fontSize(9).fillColor(muted).text(line).moveDown(0.25);
}

function header(pdf: Pdf, heading: string): void {
  // No heading alone at the foot of a page.
  if (pdf.y + 70 > bottomOf(pdf)) pdf.addPage();
  pdf.outline.addItem(heading);
  pdf.moveDown(1).font('bold').fontSize(14).fillColor(ink).text(heading).moveDown(0.45);
}

function writeClaim(pdf: Pdf, mark: string, { title, text, sources }: PrintedClaim): void {
  const indent = 18;
  if (pdf.y + 30 > bottomOf(pdf)) pdf.addPage();
  const { y } = pdf;
  pdf.font('regular').fontSize(10.5).fillColor(muted).text(mark, margin, y);
  const width = pdf.page.width - 2 * margin - indent;
  if (title)
    pdf
      .font('bold')
      .fillColor(ink)
      .text(title, margin + indent, y, { width });
  pdf.font('regular').fillColor(ink);
  const place = [margin + indent, title ? pdf.y : y] as const;
  pdf.text(`${text} `, ...place, { width, lineGap: 2, continued: true });
  for (const [index, number] of sources.entries()) {
    const last = index === sources.length - 1;
    // An option given once holds for all that is continued, unless it is given again.
    pdf.fillColor(accent).text(`[${number}]`, { goTo: sourceName(number), continued: !last });
  }
  pdf.fillColor(ink).moveDown(0.5);
  pdf.x = margin;
}

function numberPages(pdf: Pdf, title: string): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    pdf.switchToPage(page);
    const y = pdf.page.height - 45;
    // Below the margin, where text would begin a new page.
    pdf.page.margins.bottom = 0;
    pdf.font('regular').fontSize(8).fillColor(muted);
    const width = pdf.page.width - 2 * margin;
    pdf.text(title, margin, y, { width: width - 80, height: 10, ellipsis: true, lineBreak: false });
    pdf.text(`Page ${page - start + 1} of ${count}`, margin, y, { width, align: 'right', lineBreak: false });
  }
}

function missing({ title, sections, sources }: PrintedReport): string[] {
  const words = [title, ...sections.flatMap(({ claims }) => claims.map(({ text }) => text)), ...sources];
  return words.some((text) => beyondFont.test(text))
    ? [
        'Some words are in a script that the font of this PDF does not have, and show as boxes. The Markdown has them.',
      ]
    : [];
}
