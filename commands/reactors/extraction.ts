import { documentStream } from '#domain/document/decider';
import type { DocumentEvent } from '#domain/document/events';
import type { DocumentStructure } from '#domain/document/structure';
import type { RecordedEvent } from '#domain/event';
import { putText } from '#platform/document-text';
import type { EventStore } from '#platform/event-store';
import type { BlobStore, Bus } from '#platform/ports';
import { contextOfReaction } from '../command-context.ts';
import {
  defaultLimits,
  type ExtractedDocument,
  ExtractionError,
  type Extractor,
} from '../extraction/extractor.ts';
import { lastOf } from '../last-of.ts';
import { uploadDocument } from '../upload-document.ts';
import { StageFailure } from './failure.ts';
import type { Attempt, Reactor } from './reactor.ts';
import { runStage } from './stage.ts';

type Ports = { store: EventStore; blobs: BlobStore; bus: Bus; extractor: Extractor };
type Uploaded = Extract<DocumentEvent, { type: 'DocumentUploaded' }>;

/**
 * An event may wait for a worker that has a long document in hand before its own document takes as long. An event not
 * answered in time is given out a second time, and the same document would be read twice at once.
 */
const messageTimeoutMs = 2 * defaultLimits.totalMs + 10 * 60_000;

const actor = { kind: 'system', id: 'text-extractor' } as const;

/** Takes the text out of each uploaded file; what is attached to a message becomes documents of its own. */
export function extractionReactor({ store, blobs, bus, extractor }: Ports, concurrency: number): Reactor {
  return {
    name: 'extraction',
    types: ['DocumentUploaded', 'DocumentReprocessingRequested'],
    concurrency,
    messageTimeoutMs,
    handle: (event, attempt) => extract(event as RecordedEvent<DocumentEvent>, attempt),
  };

  function extract(event: RecordedEvent<DocumentEvent>, attempt: Attempt): Promise<void> {
    return runStage({ store, bus }, 'extracting', event, attempt, async () => {
      const { documentId, caseId } = event.data;
      const uploaded = await lastUpload(documentId);
      const extracted = await extractText(uploaded, attempt.signal);
      const attachments = await uploadAttachments(event, documentId, extracted);
      const { mediaType, title, language, claimedDate, email, extractor: by, warnings } = extracted;
      const { pages, sections, passages } = extracted;
      const structure: DocumentStructure = { pages, sections, passages };
      const [text, structureBlob] = await Promise.all([
        putText(blobs, extracted.text),
        putText(blobs, JSON.stringify(structure)),
      ]);
      return {
        actor,
        command: {
          type: 'RecordDocumentText',
          documentId,
          caseId,
          mediaType,
          text: { sha256: text.sha256, characters: extracted.text.length },
          structure: {
            sha256: structureBlob.sha256,
            pages: pages.length,
            sections: sections.length,
            passages: passages.length,
          },
          ...(title && { title }),
          ...(language && { language }),
          ...(claimedDate && { claimedDate }),
          ...(email && { email }),
          attachments,
          extractor: by,
          warnings,
        },
      };
    });
  }

  async function lastUpload(documentId: string): Promise<Uploaded['data']> {
    const uploaded = await lastOf<Uploaded>(store, documentStream(documentId), 'DocumentUploaded');
    if (!uploaded) throw new StageFailure('failed', 'The document was never uploaded.');
    return uploaded;
  }

  async function extractText(
    { documentId, caseId, fileName, mediaType, sha256, size }: Uploaded['data'],
    signal: AbortSignal,
  ) {
    if (size > defaultLimits.maxBytes) {
      const [has, most] = [size, defaultLimits.maxBytes].map((bytes) => Math.ceil(bytes / 1024 / 1024));
      throw new StageFailure(
        'too-large',
        `The file has ${has} MiB; text is taken from files of up to ${most} MiB. Split it and upload the parts.`,
      );
    }
    const bytes = await blobs.readBytes(sha256);
    const tell = (done: number, total: number, unit: string) =>
      void bus
        .publish(`progress.document.${documentId}`, {
          kind: 'progress',
          caseId,
          documentId,
          stage: 'extracting',
          done,
          total,
          unit,
        })
        // Progress is a courtesy; the log says what is true.
        .catch(() => {});
    tell(0, 1, 'file');
    try {
      return await extractor.extract({
        bytes,
        fileName,
        declaredMediaType: mediaType,
        signal,
        onProgress: ({ done, total, unit }) => tell(done, total, unit),
      });
    } catch (error) {
      if (error instanceof ExtractionError) throw new StageFailure(error.reason, error.message);
      throw error;
    }
  }

  async function uploadAttachments(
    event: RecordedEvent<DocumentEvent>,
    parent: string,
    { attachments }: ExtractedDocument,
  ) {
    const links: { documentId: string; fileName: string }[] = [];
    for (const [index, { fileName, mediaType, bytes }] of attachments.entries()) {
      const { sha256, size } = await blobs.put(bytes);
      const { documentId } = await uploadDocument(
        store,
        { caseId: event.data.caseId, fileName, mediaType, sha256, size, parentDocumentId: parent },
        { ...contextOfReaction('attachment', event, String(index)), actor },
        // Reading a message again is no reason to bring back what a person took out of the case.
        { unlessWithdrawn: true },
      );
      links.push({ documentId, fileName });
    }
    return links;
  }
}
