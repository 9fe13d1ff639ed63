import { desc, eq, sql } from 'drizzle-orm';
import type { Database } from '#platform/clients/postgres';
import { Problem } from '#platform/http/problem';
import { documentListTables } from '#projections/document-list/table';
import type { CaseView } from '../contract.ts';
import { cutPage, type Page } from './cut-page.ts';

const { caseFile, document } = documentListTables('read');

const countWhere = (condition: ReturnType<typeof sql>) =>
  sql<number>`(count(*) FILTER (WHERE ${condition}))::int`;

/** The counts of a case's documents, as columns of a query that joins them. */
const documentCounts = {
  // An outer join gives one row of nulls for a case without documents.
  total: countWhere(sql`${document.stage} <> 'withdrawn'`),
  ready: countWhere(sql`${document.stage} = 'ready'`),
  failed: countWhere(sql`${document.stage} = 'failed'`),
  inProgress: countWhere(sql`${document.stage} IN ('received', 'extracting', 'analysing', 'linking')`),
  withdrawn: countWhere(sql`${document.stage} = 'withdrawn'`),
};

const selection = { caseFile, documents: documentCounts };
type Row = { caseFile: typeof caseFile.$inferSelect; documents: CaseView['documents'] };

const view = ({ caseFile: row, documents }: Row): CaseView => ({
  caseId: row.caseId,
  name: row.name,
  openedAt: row.openedAt.toISOString(),
  lastActivityAt: row.lastActivityAt.toISOString(),
  documents,
  lastPosition: String(row.lastPosition),
});

const grouping = [
  caseFile.caseId,
  caseFile.name,
  caseFile.openedAt,
  caseFile.lastActivityAt,
  caseFile.lastPosition,
];

/** Where a page of cases ended: time of the last activity (ISO 8601) and the case's id. */
export type CasePlace = readonly [lastActivityAt: string, caseId: string];

/** A page of cases, the most recently active first. */
export async function listCases(
  db: Database,
  { limit, after }: { limit: number; after: CasePlace | undefined },
): Promise<Page<CaseView, CasePlace>> {
  const rows = await db
    .select(selection)
    .from(caseFile)
    .leftJoin(document, eq(document.caseId, caseFile.caseId))
    .where(
      after &&
        sql`(${caseFile.lastActivityAt}, ${caseFile.caseId}) < (${after[0]}::timestamptz, ${after[1]}::text)`,
    )
    .groupBy(...grouping)
    .orderBy(desc(caseFile.lastActivityAt), desc(caseFile.caseId))
    .limit(limit + 1);
  return cutPage(rows, limit, view, ({ caseFile: { lastActivityAt, caseId } }) => [
    lastActivityAt.toISOString(),
    caseId,
  ]);
}

/** @throws {Problem} 404 */
export async function findCase(db: Database, caseId: string): Promise<CaseView> {
  const [row] = await db
    .select(selection)
    .from(caseFile)
    .leftJoin(document, eq(document.caseId, caseFile.caseId))
    .where(eq(caseFile.caseId, caseId))
    .groupBy(...grouping);
  if (!row) throw noSuchCase(caseId);
  return view(row);
}

/** @throws {Problem} 404, where there is no such case */
export async function assertCase(db: Database, caseId: string): Promise<void> {
  const [row] = await db
    .select({ caseId: caseFile.caseId })
    .from(caseFile)
    .where(eq(caseFile.caseId, caseId));
  if (!row) throw noSuchCase(caseId);
}

const noSuchCase = (caseId: string) =>
  new Problem(404, 'no-such-case', 'There is no such case', { detail: `No case has the id "${caseId}".` });
