import type { DocumentEvent } from '#domain/document/events';
import { nextStage } from '#domain/document/lifecycle';
import type { RecordedEvent } from '#domain/event';
import type { CacheProjection } from '../projection.ts';
import { type JobRecord, jobKey, jobRecordSchema } from './keys.ts';

/** A job after an event; undefined for a document that was never uploaded. */
export function foldJob(
  job: JobRecord | undefined,
  event: RecordedEvent<DocumentEvent>,
): JobRecord | undefined {
  const lastPosition = String(event.position);
  if (event.type === 'DocumentUploaded') {
    const { documentId, caseId, fileName } = event.data;
    return {
      jobId: documentId,
      kind: 'document',
      documentId,
      caseId,
      fileName,
      stage: 'received',
      lastPosition,
    };
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

export const jobStatus: CacheProjection = {
  name: 'job-status',
  version: 1,
  sink: 'cache',
  types: [
    'DocumentUploaded',
    'DocumentTextExtracted',
    'DocumentAnalysed',
    'SimilarDocumentsFound',
    'DocumentProcessingFailed',
    'DocumentReprocessingRequested',
    'DocumentWithdrawn',
  ],
  async apply(read, prefix, events) {
    const ours = events as readonly RecordedEvent<DocumentEvent>[];
    const keys = [...new Set(ours.map((event) => jobKey(prefix, event.data.documentId)))];
    const values = await read(keys);
    const jobs = new Map<string, JobRecord>();
    keys.forEach((key, index) => {
      const value = values[index];
      if (value !== undefined) jobs.set(key, jobRecordSchema.parse(JSON.parse(value)));
    });
    for (const event of ours) {
      const key = jobKey(prefix, event.data.documentId);
      const job = foldJob(jobs.get(key), event);
      if (job) jobs.set(key, job);
    }
    return new Map([...jobs].map(([key, job]) => [key, JSON.stringify(job)]));
  },
};
