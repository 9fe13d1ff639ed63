import { and, eq, type SQL, sql, sum } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import type { Database } from '#platform/clients/postgres';
import { documentPassagesTables } from '#projections/document-passages/table';

const { passageTotals } = documentPassagesTables('read');

/** What to search: everything, a case, or a document. */
export type SearchScope = { readonly caseId?: string | undefined; readonly documentId?: string | undefined };

/** The condition that a row lies in the scope. */
export const inScope = (
  scope: SearchScope,
  columns: { readonly caseId: AnyPgColumn | SQL; readonly documentId: AnyPgColumn | SQL },
): SQL =>
  and(
    sql`TRUE`,
    scope.caseId === undefined ? undefined : sql`${columns.caseId} = ${scope.caseId}`,
    scope.documentId === undefined ? undefined : sql`${columns.documentId} = ${scope.documentId}`,
  ) ?? sql`TRUE`;

/** How large a collection is: passages, and words in all of them. */
export type ScopeSize = { readonly passages: number; readonly words: number };

export async function sizeOf(db: Database, scope: SearchScope): Promise<ScopeSize> {
  const [row] = await db
    .select({ passages: sum(passageTotals.passages), words: sum(passageTotals.words) })
    .from(passageTotals)
    .where(
      and(
        scope.caseId === undefined ? undefined : eq(passageTotals.caseId, scope.caseId),
        scope.documentId === undefined ? undefined : eq(passageTotals.documentId, scope.documentId),
      ),
    );
  return { passages: Number(row?.passages ?? 0), words: Number(row?.words ?? 0) };
}
