import { contextOf, readPassages } from '#platform/document-text';
import type { BlobStore } from '#platform/ports';
import { type PostgresReadModel, tablePart } from '../read-model.ts';
import {
  type ExtractedEvent,
  preparedContent,
  prepareLast,
  type TextEvent,
  textEventTypes,
  textIdOf,
  weightOfText,
} from '../runner/prepare-last.ts';
import { storable } from '../runner/storable.ts';
import { documentStream, reportStream } from '../streams.ts';
import { documentOf, documentPassagesTables, passageId } from './table.ts';

type Tables = ReturnType<typeof documentPassagesTables>;
type PassageRow = Omit<Tables['passage']['$inferSelect'], 'search'>;
type TotalsRow = Tables['passageTotals']['$inferSelect'];

/** A document's rows, each of which the event that put them says. */
type Content = { readonly passages: readonly PassageRow[]; readonly totals: readonly TotalsRow[] };
const nothing: Content = { passages: [], totals: [] };

const passage = tablePart<Tables['passage'], PassageRow>((schema) => documentPassagesTables(schema).passage, {
  name: 'passage',
  key: ['passageId'],
  owner: 'documentId',
});
const passageTotals = tablePart((schema) => documentPassagesTables(schema).passageTotals, {
  name: 'passage_totals',
  key: ['caseId', 'documentId'],
  owner: 'documentId',
});

/** Documents whose blobs are read at the same time. */
const filesAtOnce = 16;

/** Blobs never change, so reading them keeps the projection a pure function of the log. */
export const documentPassages = (blobs: BlobStore): PostgresReadModel => ({
  name: 'document-passages',
  version: 3,
  types: textEventTypes,
  sink: 'postgres',
  parts: [passage, passageTotals],
  partitionable: true,
  indexes: (schema) => [
    `CREATE INDEX ON "${schema}".passage USING gin (search)`,
    `CREATE INDEX ON "${schema}".passage (document_id, index)`,
    `CREATE INDEX ON "${schema}".passage (case_id)`,
    `CREATE INDEX ON "${schema}".passage_totals (document_id)`,
  ],
  prepare: (events) => prepareLast(events, nothing, (event) => contentOf(blobs, event), filesAtOnce),
  weigh: (event) => weightOfText(event),
  fold(event, entries, prepared) {
    const documentId = textIdOf(event as TextEvent);
    const { passages, totals } = preparedContent(event, prepared, nothing);
    entries.replace(passage, documentId, passages);
    entries.replace(passageTotals, documentId, totals);
  },
  // Whether an id is of a document or of a report, only the log can tell: at most one of these streams has it.
  streamsOf: (part, [first, second]) => {
    const id = part === passage.name ? documentOf(String(first)) : String(second);
    return [documentStream(id), reportStream(id)];
  },
});

async function contentOf(blobs: BlobStore, event: ExtractedEvent): Promise<Content> {
  const { data, position } = event;
  const { caseId, title } = data;
  const documentId = textIdOf(event);
  const passages = (await readPassages(blobs, data)).map(
    ({ index, start, end, section, page, text }): PassageRow => ({
      passageId: passageId(documentId, index),
      documentId,
      caseId,
      index,
      start,
      end,
      section: section ?? null,
      page: page ?? null,
      text,
      context: contextOf({ title, section }),
      words: countWords(text),
      lastPosition: position,
    }),
  );
  const words = passages.reduce((sum, row) => sum + row.words, 0);
  const totals = { caseId, documentId, passages: passages.length, words, lastPosition: position };
  return { passages: storable(passages), totals: [totals] };
}

const countWords = (text: string) => text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
