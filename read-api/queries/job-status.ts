import { type DocumentStage, stageAtWork, stageProgress } from '#domain/document/lifecycle';
import { questionProgress } from '#domain/question/lifecycle';
import { reportProgress } from '#domain/report/lifecycle';
import { Problem } from '#platform/http/problem';
import type { ReadCache } from '#platform/ports';
import {
  type DocumentJob,
  jobKey,
  jobRecordSchema,
  type QuestionJob,
  type ReportJob,
} from '#projections/job-status/keys';
import { generationPointer, generationPrefix } from '#projections/runner/keys';
import type { Job, ProgressMessage, WorkingMessage } from '../contract.ts';
import type { PassingProgress } from '../passing-progress.ts';

/**
 * How far a job is: what the log says, refined by what was heard in passing.
 *
 * @throws {Problem} 404
 */
export async function findJob(
  cache: ReadCache,
  jobId: string,
  passing: Omit<PassingProgress, 'close'>,
): Promise<Job> {
  const generation = await cache.get(generationPointer('job-status'));
  const prefix = generationPrefix('job-status', Number(generation));
  const value = generation && (await cache.get(jobKey(prefix, jobId)));
  if (!value) {
    throw new Problem(404, 'no-such-job', 'There is no such job', {
      detail: `No job has the id "${jobId}".`,
    });
  }
  const record = jobRecordSchema.parse(JSON.parse(value));
  if (record.kind !== 'document') return withWork(record, passing.working(record.jobId));
  const job = withPassing(record, passing.of(record.documentId));
  return withWait(job, passing.inStage(job.caseId, stageAtWork(job.stage)));
}

/** Where each stage of work leads to. */
const following: Partial<Record<DocumentStage, DocumentStage>> = {
  extracting: 'analysing',
  analysing: 'linking',
  linking: 'ready',
};

type DocumentJobView = Extract<Job, { kind: 'document' }>;

/** The log is right: a passing message counts only for the stage the log puts the document in. */
export function withPassing(job: DocumentJob, passing: ProgressMessage | undefined): DocumentJobView {
  const started = stageAtWork(job.stage);
  const stage = passing?.stage === started ? started : job.stage;
  const from = stageProgress[stage];
  const next = following[stage];
  if (!passing || passing.stage !== stage || next === undefined) return { ...job, stage, progress: from };
  const share = passing.total > 0 ? Math.min(1, Math.max(0, passing.done / passing.total)) : 0;
  return { ...job, stage, progress: from + share * (stageProgress[next] - from) };
}

/** A document, with what those in its stage wait for, if they do. */
function withWait(job: DocumentJobView, working: WorkingMessage | undefined): Job {
  return working?.waiting ? { ...job, ...atWork(working) } : job;
}

const atWork = ({ step, waiting }: WorkingMessage) => ({ step, ...(waiting && { waiting }) });

/** A question or a report, with what is being done about it until it is over. */
export function withWork(job: QuestionJob | ReportJob, working: WorkingMessage | undefined): Job {
  const over = job.stage === 'ready' || job.stage === 'failed';
  const work = !over && working && atWork(working);
  return job.kind === 'question'
    ? { ...job, progress: questionProgress[job.stage], ...work }
    : { ...job, progress: reportProgress[job.stage], ...work };
}
