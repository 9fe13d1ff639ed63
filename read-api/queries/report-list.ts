import { and, desc, eq, sql } from 'drizzle-orm';
import type { Database } from '#platform/clients/postgres';
import { Problem } from '#platform/http/problem';
import { type ReportRow, reportListTables } from '#projections/report-list/table';
import type { ReportSummary, ReportView } from '../contract.ts';
import { cutPage, type Page } from './cut-page.ts';

const { report } = reportListTables('read');

/** Where a page ended: when the report was asked for, as text, and its id. */
export type ReportPlace = readonly [requestedAt: string, reportId: string];

/** What a list shows: a report's own words and facts are much more, and are left where they are. */
const summaryColumns = {
  reportId: report.reportId,
  caseId: report.caseId,
  userId: report.userId,
  stage: report.stage,
  title: sql<string | null>`${report.completed}->>'title'`,
  requestedAt: report.requestedAt,
  endedAt: report.endedAt,
  failure: report.failure,
  lastPosition: report.lastPosition,
};
type SummaryRow = Pick<ReportRow, Exclude<keyof typeof summaryColumns, 'title'>> & {
  readonly title: string | null;
};

/** A page of a case's reports, the newest first. */
export async function listReports(
  db: Database,
  caseId: string,
  { limit, after }: { readonly limit: number; readonly after: ReportPlace | undefined },
): Promise<Page<ReportSummary, ReportPlace>> {
  const rows = await db
    .select({ row: summaryColumns, place: sql<string>`${report.requestedAt}::text` })
    .from(report)
    .where(
      and(
        eq(report.caseId, caseId),
        after &&
          sql`(${report.requestedAt}, ${report.reportId}) < (${after[0]}::timestamptz, ${after[1]}::text)`,
      ),
    )
    .orderBy(desc(report.requestedAt), desc(report.reportId))
    .limit(limit + 1);
  return cutPage(
    rows,
    limit,
    ({ row }) => summaryView(row),
    ({ row, place }) => [place, row.reportId],
  );
}

/** @throws {Problem} 404 */
export async function findReport(db: Database, reportId: string): Promise<ReportView> {
  const [row] = await db.select().from(report).where(eq(report.reportId, reportId));
  if (!row) {
    throw new Problem(404, 'no-such-report', 'There is no such report', {
      detail: `No report has the id "${reportId}".`,
    });
  }
  return reportView(row);
}

function summaryView(row: SummaryRow): ReportSummary {
  const { reportId, caseId, userId, title, failure } = row;
  return {
    reportId,
    caseId,
    userId,
    status: row.stage,
    ...(title !== null && { title }),
    requestedAt: row.requestedAt.toISOString(),
    ...(row.endedAt && { endedAt: row.endedAt.toISOString() }),
    ...(failure && { error: failure }),
    lastPosition: String(row.lastPosition),
  };
}

function reportView(row: ReportRow): ReportView {
  const { summarised, recommended, completed } = row;
  const steps = [summarised, recommended, completed].filter((step) => step !== null);
  return {
    ...summaryView({ ...row, title: completed?.title ?? null }),
    asOf: String(row.asOf),
    sections: completed?.sections ?? sectionsSoFar(row),
    ...(summarised && { facts: summarised.facts }),
    refusedClaims: steps.reduce((sum, step) => sum + step.refusedClaims, 0),
    provenance: steps.map((step) => step.provenance),
  };
}

/** What is written already of a report that is not complete. */
function sectionsSoFar({ summarised, recommended }: ReportRow): ReportView['sections'] {
  return [
    ...(summarised
      ? [{ kind: 'project-journey' as const, heading: 'Project journey', claims: summarised.journey }]
      : []),
    ...(recommended
      ? [
          {
            kind: 'recommendations' as const,
            heading: 'Recommendations',
            claims: recommended.recommendations.map(({ title, reason, links }) => ({
              title,
              text: reason,
              links,
            })),
          },
        ]
      : []),
  ];
}
