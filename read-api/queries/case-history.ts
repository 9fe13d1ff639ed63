import { and, desc, eq, lt } from 'drizzle-orm';
import type { Database } from '#platform/clients/postgres';
import { caseHistoryTables } from '#projections/case-history/table';
import { documentListTables } from '#projections/document-list/table';
import type { HistoryItem } from '../contract.ts';
import { cutPage, type Page } from './cut-page.ts';

const { historyEvent } = caseHistoryTables('read');
const { document } = documentListTables('read');

export type HistoryRequest = {
  readonly caseId?: string | undefined;
  readonly documentId?: string | undefined;
  /** Name of an event type. */
  readonly type?: string | undefined;
  readonly limit: number;
  /** Only events before this position. */
  readonly before: bigint | undefined;
};

/** Events in falling log order; `next` is the position to go on before. */
export async function listHistory(
  db: Database,
  { caseId, documentId, type, limit, before }: HistoryRequest,
): Promise<Page<HistoryItem, readonly [before: string]>> {
  const rows = await db
    .select({ event: historyEvent, fileName: document.fileName })
    .from(historyEvent)
    .leftJoin(document, eq(document.documentId, historyEvent.documentId))
    .where(
      and(
        caseId === undefined ? undefined : eq(historyEvent.caseId, caseId),
        documentId === undefined ? undefined : eq(historyEvent.documentId, documentId),
        type === undefined ? undefined : eq(historyEvent.type, type),
        before === undefined ? undefined : lt(historyEvent.position, before),
      ),
    )
    .orderBy(desc(historyEvent.position))
    .limit(limit + 1);
  return cutPage(rows, limit, historyItem, ({ event }) => [String(event.position)]);
}

type Row = { readonly event: typeof historyEvent.$inferSelect; readonly fileName: string | null };

function historyItem({ event, fileName }: Row): HistoryItem {
  const {
    position,
    revision,
    actorKind,
    actorId,
    occurredAt,
    recordedAt,
    documentId: about,
    caseId: _,
    ...same
  } = event;
  return {
    ...same,
    position: String(position),
    revision: String(revision),
    actor: { kind: actorKind, id: actorId },
    occurredAt: occurredAt.toISOString(),
    recordedAt: recordedAt.toISOString(),
    ...(about && { documentId: about }),
    ...(fileName && { fileName }),
  };
}
