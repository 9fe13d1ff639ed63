import { and, eq, isNotNull, ne, or, sql } from 'drizzle-orm';
import type { Database } from '#platform/clients/postgres';
import { documentListTables } from '#projections/document-list/table';
import { documentPassagesTables } from '#projections/document-passages/table';
import { reportListTables } from '#projections/report-list/table';
import type { SearchHit } from '../contract.ts';
import { markEnd, markStart, spansOf } from '../search/highlights.ts';

const { document } = documentListTables('read');
const { passage } = documentPassagesTables('read');
const { report } = reportListTables('read');

/** What is to be shown of a passage found; its scores come from the rankings. */
export type PassageHit = Omit<SearchHit, 'score' | 'parts'>;

const markAll = `HighlightAll=true, StartSel="${markStart}", StopSel="${markEnd}"`;

/**
 * Passages by id, with the query's words marked: found by the very stemming that found the passage. Passages that are
 * gone, or whose document was withdrawn, are missing from the answer.
 */
export async function passageHits(
  db: Database,
  ids: readonly string[],
  words: string,
): Promise<Map<string, PassageHit>> {
  if (ids.length === 0) return new Map();
  const anyWord = sql`(
    SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery FROM unnest(to_tsvector('english', ${words}))
  )`;
  const rows = await db
    .select({
      passageId: passage.passageId,
      documentId: passage.documentId,
      caseId: passage.caseId,
      reportId: report.reportId,
      fileName: sql<string>`coalesce(${document.fileName}, ${report.completed}->>'title')`,
      start: passage.start,
      end: passage.end,
      text: passage.text,
      section: passage.section,
      page: passage.page,
      marked: sql<string | null>`ts_headline('english', ${passage.text}, ${anyWord}, ${markAll})`,
    })
    .from(passage)
    .leftJoin(document, eq(document.documentId, passage.documentId))
    .leftJoin(report, eq(report.reportId, passage.documentId))
    .where(
      and(
        sql`${passage.passageId} IN (SELECT jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`,
        or(ne(document.stage, 'withdrawn'), isNotNull(report.completed)),
      ),
    );
  return new Map(
    rows.map(({ marked, section, page, reportId, ...row }) => [
      row.passageId,
      {
        ...row,
        source: reportId === null ? ('document' as const) : ('report' as const),
        ...(section && { section }),
        ...(page && { page }),
        highlights: marked === null ? [] : spansOf(marked, row.text),
      },
    ]),
  );
}
