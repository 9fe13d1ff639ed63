import type { CaseEvent } from '#domain/case/events';
import type { DocumentEvent } from '#domain/document/events';
import { nextStage } from '#domain/document/lifecycle';
import type { RecordedEvent } from '#domain/event';
import { laterOf } from '../entries.ts';
import type { CaseFileRow, DocumentRow } from './table.ts';

/** A document's row after an event; the pure part of the projection. */
export function foldDocument(
  row: DocumentRow | undefined,
  event: RecordedEvent<DocumentEvent>,
): DocumentRow | undefined {
  const lastPosition = event.position;
  if (event.type === 'DocumentUploaded') {
    const {
      documentId,
      caseId,
      fileName,
      sha256,
      size,
      mediaType,
      custodian,
      claimedDate,
      parentDocumentId,
    } = event.data;
    return {
      documentId,
      caseId,
      fileName,
      sha256,
      size,
      mediaType,
      custodian: custodian ?? null,
      claimedDate: claimedDate ?? null,
      parentDocumentId: parentDocumentId ?? null,
      uploadedAt: event.created,
      stage: 'received',
      failure: null,
      withdrawnReason: null,
      extraction: null,
      summary: null,
      topics: [],
      provenance: null,
      // A document that comes back after its withdrawal keeps what people had said about it.
      tags: row?.tags ?? [],
      likes: row?.likes ?? 0,
      lastPosition,
    };
  }
  if (!row) return undefined;
  const moved: DocumentRow = { ...row, stage: nextStage(row.stage, event), lastPosition };
  switch (event.type) {
    case 'DocumentTextExtracted': {
      const { documentId: _, caseId: __, ...extraction } = event.data;
      const claimedDate = extraction.claimedDate ?? row.claimedDate;
      return { ...moved, failure: null, extraction, mediaType: extraction.mediaType, claimedDate };
    }
    case 'DocumentAnalysed': {
      const { summary, topics, provenance } = event.data;
      return { ...moved, failure: null, summary, topics: topics.map((topic) => topic.label), provenance };
    }
    case 'DocumentProcessingFailed': {
      const { stage, reason, message } = event.data;
      return { ...moved, failure: { stage, reason, message } };
    }
    case 'DocumentReprocessingRequested':
      return { ...moved, failure: null };
    case 'DocumentTagged':
      return { ...moved, tags: event.data.tags };
    case 'DocumentLiked':
      return { ...moved, likes: row.likes + 1 };
    case 'DocumentUnliked':
      return { ...moved, likes: row.likes - 1 };
    case 'DocumentWithdrawn':
      return { ...moved, withdrawnReason: event.data.reason ?? null };
    case 'SimilarDocumentsFound':
      return moved;
  }
}

/**
 * A case's row after an event of the case or of one of its documents. Only its name depends on the order of events, and
 * only on those of the case's own stream.
 */
export function foldCase(row: CaseFileRow | undefined, event: RecordedEvent): CaseFileRow | undefined {
  const lastPosition = laterOf(row?.lastPosition, event.position);
  const lastActivityAt = row && lastPosition > event.position ? row.lastActivityAt : event.created;
  if (isNaming(event)) {
    const { caseId, name } = event.data;
    return { caseId, name, openedAt: row?.openedAt ?? event.created, lastActivityAt, lastPosition };
  }
  return row && { ...row, lastActivityAt, lastPosition };
}

type Naming = Extract<CaseEvent, { type: 'CaseOpened' | 'CaseRenamed' }>;
const isNaming = (event: RecordedEvent): event is RecordedEvent<Naming> =>
  event.type === 'CaseOpened' || event.type === 'CaseRenamed';
