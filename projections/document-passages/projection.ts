import { eq } from 'drizzle-orm';
import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import { readPassages } from '#platform/document-text';
import type { BlobStore } from '#platform/ports';
import type { PostgresChange, PostgresProjection } from '../projection.ts';
import { inOneTransaction, partsOf } from '../runner/change-parts.ts';
import { createTable } from '../runner/create-table.ts';
import { slices } from '../runner/fold-rows.ts';
import { documentPassagesTables, passageId } from './table.ts';

const countWords = (text: string) => text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;

/** One event's passages, read from the blobs; none for a document that was withdrawn. */
async function passagesOf(blobs: BlobStore, event: RecordedEvent<DocumentEvent>): Promise<DocumentPassages> {
  const { documentId, caseId } = event.data;
  const lastPosition = event.position;
  if (event.type !== 'DocumentTextExtracted') return { documentId, rows: [] };
  const rows = (await readPassages(blobs, event.data)).map((each) => ({
    ...each,
    passageId: passageId(documentId, each.index),
    documentId,
    caseId,
    section: each.section ?? null,
    page: each.page ?? null,
    words: countWords(each.text),
    lastPosition,
  }));
  const words = rows.reduce((sum, row) => sum + row.words, 0);
  return { documentId, rows, totals: { caseId, documentId, passages: rows.length, words, lastPosition } };
}

type Tables = ReturnType<typeof documentPassagesTables>;
type DocumentPassages = {
  readonly documentId: string;
  readonly rows: readonly Tables['passage']['$inferInsert'][];
  readonly totals?: Tables['passageTotals']['$inferInsert'];
};

/** How many passages a transaction writes, at the most. */
const partSize = 1000;

/** Replaces a document's passages, in parts: the first takes the old ones away, the last writes the totals. */
function replacePassages({ documentId, rows, totals }: DocumentPassages): PostgresChange[] {
  const remove: PostgresChange = async (transaction, schema) => {
    const { passage, passageTotals } = documentPassagesTables(schema);
    await transaction.delete(passage).where(eq(passage.documentId, documentId));
    await transaction.delete(passageTotals).where(eq(passageTotals.documentId, documentId));
  };
  const write = partsOf(rows, partSize).map(
    (part): PostgresChange =>
      async (transaction, schema) => {
        const { passage } = documentPassagesTables(schema);
        for (const slice of slices(part, 11)) await transaction.insert(passage).values(slice);
      },
  );
  const count: PostgresChange = async (transaction, schema) => {
    const { passageTotals } = documentPassagesTables(schema);
    if (totals) await transaction.insert(passageTotals).values(totals);
  };
  return write.length > 1 ? [remove, ...write, count] : [inOneTransaction([remove, ...write, count])];
}

/** Blobs never change, so reading them keeps the projection a pure function of the log. */
export const documentPassages = (blobs: BlobStore): PostgresProjection => ({
  name: 'document-passages',
  version: 1,
  sink: 'postgres',
  types: ['DocumentTextExtracted', 'DocumentWithdrawn'],
  tables: ['passage', 'passage_totals'],
  createTables: (schema) => Object.values(documentPassagesTables(schema)).map(createTable),
  createIndexes: (schema) => [
    `CREATE INDEX ON "${schema}".passage USING gin (search)`,
    `CREATE INDEX ON "${schema}".passage (document_id, index)`,
    `CREATE INDEX ON "${schema}".passage (case_id)`,
  ],
  async fold(events) {
    const documents = await Promise.all(
      (events as readonly RecordedEvent<DocumentEvent>[]).map((event) => passagesOf(blobs, event)),
    );
    return documents.flatMap(replacePassages);
  },
});
