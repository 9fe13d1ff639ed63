import { eq, sql } from 'drizzle-orm';
import type { ClaimLink } from '#domain/report/events';
import type { Database } from '#platform/clients/postgres';
import { documentPassagesTables } from '#projections/document-passages/table';

const { passage } = documentPassagesTables('read');

/** A place in a document's extracted text, in UTF-16 code units. */
export type Place = {
  readonly documentId: string;
  readonly fileName: string;
  readonly start: number;
  readonly end: number;
};

/** Characters shown on each side of what a place marks. */
const around = 100;

/** The words around a place, as they stand in its passage; undefined where no passage holds it. */
export async function passageLink(
  db: Database,
  { documentId, fileName, start, end }: Place,
): Promise<ClaimLink | undefined> {
  const [row] = await db
    .select({ passageId: passage.passageId, from: passage.start, text: passage.text })
    .from(passage)
    .where(
      sql`${eq(passage.documentId, documentId)} AND ${passage.start} <= ${start} AND ${passage.end} > ${start}`,
    )
    .orderBy(passage.index)
    .limit(1);
  if (!row) return undefined;
  const span = wholeWords(
    row.text,
    start - row.from - around,
    Math.min(end - row.from, row.text.length) + around,
  );
  const quote = row.text.slice(span.start, span.end);
  if (quote === '') return undefined;
  return {
    kind: 'passage',
    documentId,
    fileName,
    passageId: row.passageId,
    start: row.from + span.start,
    end: row.from + span.end,
    quote,
  };
}

/** The part of a text between two places, without the words that they cut. */
function wholeWords(text: string, from: number, to: number): { start: number; end: number } {
  let start = Math.max(0, from);
  let end = Math.min(text.length, to);
  if (start > 0) {
    const space = text.slice(start, start + around).search(/\s/);
    if (space >= 0) start += space + 1;
  }
  if (end < text.length) {
    const cut = text.slice(start, end).search(/\s\S*$/);
    if (cut > 0) end = start + cut;
  }
  while (start < end && /\s/.test(text.charAt(start))) start++;
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  return { start, end };
}
