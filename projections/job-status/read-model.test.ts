import { expect, test } from 'vitest';
import type { DocumentEvent } from '#domain/document/events';
import type { CasefoldEvent } from '#domain/registry';
import { contentOf, recorded } from '../read-model-specification.ts';
import { jobRecordSchema } from './keys.ts';
import { jobStatus } from './read-model.ts';

const ids = { documentId: 'd', caseId: 'c' };
const uploaded: DocumentEvent = {
  type: 'DocumentUploaded',
  data: { ...ids, fileName: 'a.pdf', sha256: 'a'.repeat(64), size: 3, mediaType: 'application/pdf' },
};
const failed: DocumentEvent = {
  type: 'DocumentProcessingFailed',
  data: { ...ids, stage: 'extracting', reason: 'timeout', message: 'It took too long.' },
};
const retried: DocumentEvent = {
  type: 'DocumentReprocessingRequested',
  data: { ...ids, from: 'extracting' },
};

const jobAfter = async (...events: CasefoldEvent[]) => {
  const [job] = (await contentOf(jobStatus, recorded(events), [1]))['job:'] ?? [];
  return job && jobRecordSchema.parse(job);
};

test('a job shows what went wrong until the document moves on', async () => {
  expect(await jobAfter(uploaded)).toMatchObject({ jobId: 'd', stage: 'received', lastPosition: '0' });
  expect(await jobAfter(uploaded, failed)).toMatchObject({ stage: 'failed', error: { reason: 'timeout' } });
  const again = await jobAfter(uploaded, failed, retried);
  expect([again?.stage, again?.error, again?.lastPosition]).toEqual(['received', undefined, '20']);
});

test('a document that was never uploaded has no job', async () => {
  expect(await jobAfter(failed)).toBeUndefined();
});

test('a report is a job of its own kind, which says where it failed', async () => {
  const report = { reportId: 'r', caseId: 'c' };
  const requested: CasefoldEvent = { type: 'ReportRequested', data: { ...report, userId: 'ada' } };
  const broke: CasefoldEvent = {
    type: 'ReportFailed',
    data: { ...report, reason: 'timeout', message: 'It took too long.' },
  };
  expect(await jobAfter(requested)).toMatchObject({ jobId: 'r', kind: 'report', stage: 'summarising' });
  expect(await jobAfter(requested, broke)).toMatchObject({
    stage: 'failed',
    error: { stage: 'summarising', reason: 'timeout' },
  });
});
