import { questionEvents } from '#domain/question/events';
import { reportEvents } from '#domain/report/events';
import { type CacheReadModel, keyPart } from '../read-model.ts';
import { documentStream, questionStream, reportStream } from '../streams.ts';
import { foldJob, type JobEvent, jobIdOf } from './fold.ts';
import type { JobRecord } from './keys.ts';

const job = keyPart<JobRecord>('job:', ({ jobId }) => jobId);

export const jobStatus: CacheReadModel = {
  name: 'job-status',
  version: 2,
  types: [
    'DocumentUploaded',
    'DocumentTextExtracted',
    'DocumentAnalysed',
    'SimilarDocumentsFound',
    'DocumentProcessingFailed',
    'DocumentReprocessingRequested',
    'DocumentWithdrawn',
    ...Object.keys(questionEvents),
    ...Object.keys(reportEvents),
  ],
  sink: 'cache',
  parts: [job],
  partitionable: true,
  needs: (event) => [{ part: job, key: [jobIdOf(event as JobEvent)] }],
  fold(event, entries) {
    const after = foldJob(entries.get(job, [jobIdOf(event as JobEvent)]), event as JobEvent);
    if (after) entries.put(job, after);
  },
  // Which kind of thing an id is of, only the log can tell: at most one of these streams has it.
  streamsOf: (_, [jobId]) => [documentStream, questionStream, reportStream].map((of) => of(String(jobId))),
};
