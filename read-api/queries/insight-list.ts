import { and, desc, eq, lt } from 'drizzle-orm';
import type { Database } from '#platform/clients/postgres';
import { type InsightRow, insightListTables } from '#projections/insight-list/table';
import type { Insight } from '../contract.ts';
import { cutPage, type Page } from './cut-page.ts';

const { insight } = insightListTables('read');

export type InsightsRequest = {
  readonly userId: string;
  readonly caseId?: string | undefined;
  readonly limit: number;
  /** Only those before this position. */
  readonly before: bigint | undefined;
};

/** A person's own insights, the newest first; `next` is the position to go on before. */
export async function listInsights(
  db: Database,
  { userId, caseId, limit, before }: InsightsRequest,
): Promise<Page<Insight, readonly [before: string]>> {
  const rows = await db
    .select()
    .from(insight)
    .where(
      and(
        eq(insight.userId, userId),
        caseId === undefined ? undefined : eq(insight.caseId, caseId),
        before === undefined ? undefined : lt(insight.lastPosition, before),
      ),
    )
    .orderBy(desc(insight.lastPosition))
    .limit(limit + 1);
  return cutPage(rows, limit, insightView, ({ lastPosition }) => [String(lastPosition)]);
}

const insightView = (row: InsightRow): Insight => ({
  insightId: row.insightId,
  ...(row.caseId && { caseId: row.caseId }),
  window: { from: row.fromTime.toISOString(), to: row.toTime.toISOString(), entries: row.entries },
  intent: row.intent,
  state: row.state,
  nextBestActions: row.nextBestActions,
  ...(row.notification && { notification: row.notification }),
  provenance: row.provenance,
  recordedAt: row.recordedAt.toISOString(),
  lastPosition: String(row.lastPosition),
});
