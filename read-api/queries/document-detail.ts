import { eq } from 'drizzle-orm';
import { type DocumentStructure, documentStructureSchema } from '#domain/document/structure';
import type { Database } from '#platform/clients/postgres';
import { Problem } from '#platform/http/problem';
import { BlobNotFoundError, type BlobStore } from '#platform/ports';
import { documentListTables } from '#projections/document-list/table';
import type { DocumentDetail } from '../contract.ts';
import { likeOf, summaryColumns, summaryView } from './document-summary.ts';

const { document, documentLike } = documentListTables('read');

const noSuchDocument = (documentId: string) =>
  new Problem(404, 'no-such-document', 'There is no such document', {
    detail: `No document has the id "${documentId}".`,
  });

/** All there is to know about a document, whatever its stage; undefined structure until the text is extracted. */
export async function findDocument(
  { db, blobs }: { db: Database; blobs: BlobStore },
  documentId: string,
  userId: string,
): Promise<DocumentDetail> {
  const [row] = await db
    .select({
      ...summaryColumns,
      sha256: document.sha256,
      custodian: document.custodian,
      extraction: document.extraction,
      provenance: document.provenance,
      withdrawnReason: document.withdrawnReason,
    })
    .from(document)
    .leftJoin(documentLike, likeOf(userId))
    .where(eq(document.documentId, documentId));
  if (!row) throw noSuchDocument(documentId);
  const { sha256, custodian, extraction, provenance, withdrawnReason, ...summary } = row;
  const parentId = row.parentDocumentId;
  const [attachments, parent, structure] = await Promise.all([
    namesOf(db, eq(document.parentDocumentId, documentId)),
    parentId ? namesOf(db, eq(document.documentId, parentId)) : [],
    extraction ? readStructure(blobs, extraction.structure.sha256) : undefined,
  ]);
  return {
    ...summaryView(summary),
    sha256,
    ...(custodian && { custodian }),
    ...(extraction && {
      characters: extraction.text.characters,
      extractor: extraction.extractor,
      ...(extraction.language && { language: extraction.language }),
      ...(extraction.email && { email: extraction.email }),
    }),
    ...(structure && { structure }),
    summarySentences: row.summary ?? [],
    ...(provenance && { provenance }),
    warnings: extraction?.warnings ?? [],
    attachments,
    ...(parent[0] && { parent: parent[0] }),
    ...(withdrawnReason && { withdrawnReason }),
  };
}

const namesOf = (db: Database, condition: ReturnType<typeof eq>) =>
  db
    .select({ documentId: document.documentId, fileName: document.fileName })
    .from(document)
    .where(condition)
    .orderBy(document.fileName, document.documentId);

async function readStructure(blobs: BlobStore, sha256: string): Promise<DocumentStructure> {
  const bytes = await blobs.readBytes(sha256).catch((error: unknown) => {
    throw error instanceof BlobNotFoundError ? contentMissing(sha256) : error;
  });
  return documentStructureSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}

export const contentMissing = (sha256: string) =>
  new Problem(500, 'content-missing', 'The stored content is missing', {
    detail: `The blob store has no content with the SHA-256 ${sha256}. Restore it from a backup.`,
  });

export type DocumentFile = {
  readonly documentId: string;
  readonly caseId: string;
  readonly fileName: string;
  /** As extraction found it, or until then as the sender declared it. */
  readonly mediaType: string;
  readonly sha256: string;
  readonly size: number;
  /** SHA-256 of the extracted text; undefined until there is one. */
  readonly textSha256: string | undefined;
};

/**
 * Where a document's bytes and text are.
 *
 * @throws {Problem} 404
 */
export async function findDocumentFile(db: Database, documentId: string): Promise<DocumentFile> {
  const [row] = await db
    .select({
      documentId: document.documentId,
      caseId: document.caseId,
      fileName: document.fileName,
      mediaType: document.mediaType,
      sha256: document.sha256,
      size: document.size,
      extraction: document.extraction,
    })
    .from(document)
    .where(eq(document.documentId, documentId));
  if (!row) throw noSuchDocument(documentId);
  const { extraction, ...file } = row;
  return { ...file, textSha256: extraction?.text.sha256 };
}
