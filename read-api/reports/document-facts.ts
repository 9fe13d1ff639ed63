import { and, eq, inArray, lte } from 'drizzle-orm';
import type { Fact } from '#domain/report/facts';
import type { Database } from '#platform/clients/postgres';
import { caseHistoryTables } from '#projections/case-history/table';
import { documentListTables } from '#projections/document-list/table';
import { cut, eventLink, fact, type Sources } from './gathered.ts';

const { document } = documentListTables('read');
const { historyEvent } = caseHistoryTables('read');
const mostFailed = 5;

/** The documents of a case that could not be processed as of now, each with why. */
export async function failedDocumentFacts(sources: Sources): Promise<Fact[]> {
  const rows = await sources.db
    .select({ documentId: document.documentId, fileName: document.fileName, failure: document.failure })
    .from(document)
    .where(and(eq(document.caseId, sources.caseId), eq(document.stage, 'failed')))
    .orderBy(document.fileName, document.documentId)
    .limit(mostFailed);
  const events = await lastEvents(
    sources,
    rows.map(({ documentId }) => documentId),
    'DocumentProcessingFailed',
  );
  return rows.flatMap(({ documentId, fileName, failure }) => {
    const event = events.get(documentId);
    const why = failure ? ` (${failure.stage}): ${cut(failure.message)}` : '.';
    const text = `“${cut(fileName)}” could not be processed${why}`;
    return fact('failed-document', text, [event && eventLink(event)], cut(fileName));
  });
}

/** How many documents of the case are not withdrawn as of now. */
export async function countDocuments(db: Database, caseId: string): Promise<number> {
  return db.$count(
    document,
    and(
      eq(document.caseId, caseId),
      inArray(document.stage, ['received', 'extracting', 'analysing', 'linking', 'ready', 'failed']),
    ),
  );
}

/** The last event of a type of each document. */
export async function lastEvents(
  { db, caseId, position }: Sources,
  documentIds: readonly string[],
  type: string,
): Promise<ReadonlyMap<string, typeof historyEvent.$inferSelect>> {
  if (documentIds.length === 0) return new Map();
  const rows = await db
    .select()
    .from(historyEvent)
    .where(
      and(
        eq(historyEvent.caseId, caseId),
        inArray(historyEvent.documentId, [...documentIds]),
        eq(historyEvent.type, type),
        lte(historyEvent.position, position),
      ),
    )
    .orderBy(historyEvent.position);
  return new Map(rows.flatMap((row) => (row.documentId ? [[row.documentId, row] as const] : [])));
}
