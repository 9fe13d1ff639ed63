import { expect, test } from 'vitest';
import type { DocumentStage } from '#domain/document/lifecycle';
import type { ReadCache } from '#platform/ports';
import { findJob, withPassing, withWork } from './job-status.ts';

const ids = { documentId: 'd', caseId: 'c' };
const job = (stage: DocumentStage) =>
  ({ ...ids, jobId: 'd', kind: 'document', fileName: 'f', stage, lastPosition: '7' }) as const;
const heard = (stage: DocumentStage, done: number, total: number) =>
  ({ ...ids, kind: 'progress', stage, done, total, unit: 'pages' }) as const;

test('the log alone gives the stage’s share of the way', () => {
  expect(withPassing(job('received'), undefined)).toMatchObject({ stage: 'received', progress: 0 });
  expect(withPassing(job('ready'), undefined)).toMatchObject({ stage: 'ready', progress: 1 });
});

test('extraction that was heard to have begun shows, with how far it is', () => {
  expect(withPassing(job('received'), heard('extracting', 5, 10))).toMatchObject({
    stage: 'extracting',
    progress: expect.closeTo(0.3),
  });
});

test('a message from a stage that is over changes nothing', () => {
  expect(withPassing(job('linking'), heard('extracting', 5, 10))).toMatchObject({
    stage: 'linking',
    progress: 0.8,
  });
  expect(withPassing(job('failed'), heard('extracting', 5, 10))).toMatchObject({
    stage: 'failed',
    progress: 1,
  });
});

test('odd counts stay within the stage', () => {
  expect(withPassing(job('analysing'), heard('analysing', 9, 3)).progress).toBeCloseTo(0.8);
  expect(withPassing(job('analysing'), heard('analysing', 1, 0)).progress).toBe(0.5);
});

test('a document says what those in its stage wait for', async () => {
  const stages = ['received', 'analysing', 'linking', 'ready', 'failed', 'withdrawn'] as const;
  const told = { ...ids, kind: 'working', jobKind: 'document', jobId: 'other', step: 'Waiting' } as const;
  const waitsIn = async (stage: DocumentStage, waiting: boolean) => {
    const inStage = (_: string, asked: DocumentStage) =>
      asked === stage ? { ...told, stage, waiting } : undefined;
    const passing = { of: () => undefined, working: () => undefined, inStage };
    const kept = (of: DocumentStage) => (key: string) =>
      Promise.resolve(key.endsWith('job:d') ? JSON.stringify(job(of)) : '1');
    const jobs = await Promise.all(
      stages.map((of) => findJob({ get: kept(of) } as unknown as ReadCache, 'd', passing)),
    );
    return jobs.filter((found) => found.waiting && found.step === 'Waiting').map((found) => found.stage);
  };
  expect(await waitsIn('analysing', true)).toEqual(['analysing']);
  expect(await waitsIn('analysing', false)).toEqual([]);
  // The log knows of a file that is being read only that it was received.
  expect(await waitsIn('extracting', true)).toEqual(['received']);
});

test('a question says what is being done until it is over', () => {
  const question = {
    jobId: 'q',
    kind: 'question',
    caseId: 'c',
    stage: 'received',
    lastPosition: '7',
  } as const;
  const heardOf = { kind: 'working', caseId: 'c', jobKind: 'question', jobId: 'q' } as const;
  const waiting = { ...heardOf, step: 'Waiting for the model', waiting: true };
  expect(withWork(question, waiting)).toEqual({
    ...question,
    progress: 0,
    step: waiting.step,
    waiting: true,
  });
  expect(withWork({ ...question, stage: 'ready' }, waiting)).toEqual({
    ...question,
    stage: 'ready',
    progress: 1,
  });
});
