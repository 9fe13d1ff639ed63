import { asc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { Database } from '#platform/clients/postgres';
import { activityMetricsTables } from '#projections/activity-metrics/table';
import type { metricsSeriesSchema } from '../contract.ts';

const { activityDay } = activityMetricsTables('read');

/** What happened in a case how often: in all, and on each day (UTC) on which anything did. */
export async function caseMetrics(
  db: Database,
  caseId: string,
): Promise<z.infer<typeof metricsSeriesSchema>> {
  const rows = await db
    .select({ day: activityDay.day, metric: activityDay.metric, count: activityDay.count })
    .from(activityDay)
    .where(eq(activityDay.caseId, caseId))
    .orderBy(asc(activityDay.day), asc(activityDay.metric));
  const totals: Record<string, number> = {};
  const days = new Map<string, Record<string, number>>();
  for (const { day, metric, count } of rows) {
    totals[metric] = (totals[metric] ?? 0) + count;
    days.set(day, { ...days.get(day), [metric]: count });
  }
  return { totals, days: [...days].map(([day, counts]) => ({ day, counts })) };
}
