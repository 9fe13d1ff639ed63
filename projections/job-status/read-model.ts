import type { DocumentEvent } from '#domain/document/events';
import { nextStage } from '#domain/document/lifecycle';
import type { RecordedEvent } from '#domain/event';
import { type CacheReadModel, keyPart } from '../read-model.ts';
import { documentStream } from '../streams.ts';
import type { JobRecord } from './keys.ts';

const job = keyPart<JobRecord>('job:', ({ jobId }) => jobId);

export const jobStatus: CacheReadModel = {
  name: 'job-status',
  version: 1,
  types: [
    'DocumentUploaded',
    'DocumentTextExtracted',
    'DocumentAnalysed',
    'SimilarDocumentsFound',
    'DocumentProcessingFailed',
    'DocumentReprocessingRequested',
    'DocumentWithdrawn',
  ],
  sink: 'cache',
  parts: [job],
  partitionable: true,
  needs: (event) => [{ part: job, key: [documentIdIn(event)] }],
  fold(event, entries) {
    const before = entries.get(job, [documentIdIn(event)]);
    const after = foldJob(before, event as RecordedEvent<DocumentEvent>);
    if (after) entries.put(job, after);
  },
  streamsOf: (_, [jobId]) => [documentStream(String(jobId))],
};

const documentIdIn = (event: RecordedEvent): string =>
  (event as RecordedEvent<DocumentEvent>).data.documentId;

/** A job after an event; undefined for a document that was never uploaded. */
function foldJob(job: JobRecord | undefined, event: RecordedEvent<DocumentEvent>): JobRecord | undefined {
  const lastPosition = String(event.position);
  if (event.type === 'DocumentUploaded') {
    const { documentId, caseId, fileName } = event.data;
    const ids = { jobId: documentId, kind: 'document', documentId, caseId } as const;
    return { ...ids, fileName, stage: 'received', lastPosition };
  }
  if (!job) return undefined;
  const { error, ...rest } = job;
  const stage = nextStage(job.stage, event);
  if (event.type === 'DocumentProcessingFailed') {
    const { stage: failedStage, reason, message } = event.data;
    return { ...rest, stage, error: { stage: failedStage, reason, message }, lastPosition };
  }
  // What went wrong stays to be seen until the document moves on.
  return { ...rest, ...(error && stage === job.stage && { error }), stage, lastPosition };
}
