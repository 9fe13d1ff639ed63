import { expect, test } from 'vitest';
import { z } from 'zod';
import { modelTask, taskEnvelopeSchema } from '#domain/model-task';
import { createMemoryBus } from '#engines/bus/memory-bus';
import { RequestTimeoutError } from '#platform/ports';
import { createModels } from './models.ts';

const task = modelTask('say', { request: z.object({ word: z.string() }), said: z.string() });
const minutes = 60_000;

test('a task has the time of two generations after its turn has come, and is waited for longer than both', async () => {
  const bus = createMemoryBus({ onError: (error) => expect.unreachable(String(error)) });
  const asked = Promise.withResolvers<unknown>();
  const stop = await bus.respond(task.subject, { queue: 'runner' }, (data) => {
    asked.resolve(data);
    return {
      said: 'Yes.',
      provenance: {
        model: { name: 'm', version: '1', digest: 'd', kind: 'ollama' },
        parameters: {},
        inputs: [],
      },
    };
  });
  const models = createModels(bus, 10 * minutes);
  const before = Date.now();
  expect(await models.ask(task, { word: 'yes' }, { signal: new AbortController().signal })).toMatchObject({
    said: 'Yes.',
  });
  const { request, beginBy = 0, endBy = 0 } = taskEnvelopeSchema.parse(await asked.promise);
  expect(request).toEqual({ word: 'yes' });
  expect(endBy - beginBy).toBeGreaterThanOrEqual(20 * minutes);
  expect(beginBy - before).toBeGreaterThanOrEqual(20 * minutes);
  expect(models.longestMs(1)).toBeGreaterThan(endBy - before);
  await stop();
  await bus.close();
});

test.each([1, 86_400_000])(
  'no time is longer than a timer takes (%i ms for a generation)',
  async (generationMs) => {
    const bus = createMemoryBus({ onError: (error) => expect.unreachable(String(error)) });
    const models = createModels(bus, generationMs);
    expect(models.longestMs(10, 16)).toBeLessThan(2 ** 31);
    const never = Promise.withResolvers<unknown>();
    const stop = await bus.respond('gpu.never', { queue: 'runner' }, () => never.promise);
    // A timer of too many milliseconds ends at once.
    const asking = models.request('gpu.never', {}, { signal: AbortSignal.timeout(200), generations: 16 });
    await expect(asking).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(asking).rejects.not.toBeInstanceOf(RequestTimeoutError);
    never.resolve(null);
    await stop();
    await bus.close();
  },
);
