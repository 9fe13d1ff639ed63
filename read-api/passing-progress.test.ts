import { expect, test } from 'vitest';
import { createMemoryBus } from '#engines/bus/memory-bus';
import { createLogger } from '#platform/log';
import { createPassingProgress } from './passing-progress.ts';

const message = (documentId: string, done: number) =>
  ({
    kind: 'progress',
    caseId: 'c',
    documentId,
    stage: 'extracting',
    done,
    total: 9,
    unit: 'pages',
  }) as const;

const waiting = {
  kind: 'working',
  caseId: 'c',
  jobKind: 'document',
  jobId: 'a',
  stage: 'analysing',
  step: 'Waiting',
} as const;

test('keeps the newest of each document, of the newest documents', async () => {
  const bus = createMemoryBus({ onError: (error) => expect.unreachable(String(error)) });
  const progress = await createPassingProgress(bus, createLogger('test', 'silent'));
  await bus.publish('progress.document.a', message('a', 1));
  await bus.publish('progress.document.a', message('a', 2));
  await bus.publish('progress.document.b', { kind: 'nonsense' });
  await bus.publish('progress.document.a', waiting);
  await expect.poll(() => progress.inStage('c', 'analysing')).toEqual(waiting);
  expect(progress.working('a')).toBeUndefined();
  expect(progress.of('a')?.done).toBe(2);
  expect(progress.of('b')).toBeUndefined();
  for (let index = 0; index < 2000; index++)
    await bus.publish('progress.document.x', message(`x${index}`, 1));
  await expect.poll(() => progress.of('x1999')?.done).toBe(1);
  expect(progress.of('a')).toBeUndefined();
  expect(progress.of('x0')?.done).toBe(1);
  await progress.close();
  await bus.close();
});
