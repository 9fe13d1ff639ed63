import { and, eq, sql } from 'drizzle-orm';
import { documentListTables } from '#projections/document-list/table';
import type { DocumentSummary } from '../contract.ts';

const { document, documentLike } = documentListTables('read');

/** What a summary shows, as columns: the wide JSON of a row stays in the database. */
export const summaryColumns = {
  documentId: document.documentId,
  caseId: document.caseId,
  fileName: document.fileName,
  title: sql<string | null>`${document.extraction} ->> 'title'`,
  mediaType: document.mediaType,
  size: document.size,
  stage: document.stage,
  failure: document.failure,
  summary: document.summary,
  topics: document.topics,
  tags: document.tags,
  likes: document.likes,
  likedByMe: sql<boolean>`coalesce(${documentLike.liked}, false)`,
  pages: sql<number | null>`(${document.extraction} #>> '{structure,pages}')::int`,
  uploadedAt: document.uploadedAt,
  claimedDate: document.claimedDate,
  parentDocumentId: document.parentDocumentId,
  lastPosition: document.lastPosition,
};

/** Joins a document to what the given user thinks of it. */
export const likeOf = (userId: string) =>
  and(eq(documentLike.documentId, document.documentId), eq(documentLike.userId, userId));

type Row = Pick<
  typeof document.$inferSelect,
  Exclude<keyof typeof summaryColumns, 'title' | 'likedByMe' | 'pages'>
> & { title: string | null; likedByMe: boolean; pages: number | null };

export function summaryView(row: Row): DocumentSummary {
  const { failure, summary, title, pages, claimedDate, parentDocumentId, uploadedAt, lastPosition, ...same } =
    row;
  return {
    ...same,
    ...(title && { title }),
    ...(failure && { error: failure }),
    ...(summary && summary.length > 0 && { summary: summary.map((sentence) => sentence.text).join(' ') }),
    // Text without pages of its own has none to count.
    ...(pages && { pages }),
    ...(claimedDate && { claimedDate }),
    ...(parentDocumentId && { parentDocumentId }),
    uploadedAt: uploadedAt.toISOString(),
    lastPosition: String(lastPosition),
  };
}
