import { createHash } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { modelAnswerSchema, modelTask, type TaskTimes } from '#domain/model-task';
import { createMemoryBus } from '#engines/bus/memory-bus';
import { createLogger } from '#platform/log';
import { RemoteError } from '#platform/ports';
import { startOllamaServer } from '#tests/support/ollama-server';
import type { GenerationRequest, TextModel } from '../models/model.ts';
import { connectOllama } from '../models/ollama/connection.ts';
import { createOllamaWriter } from '../models/ollama/writer.ts';
import { dataBlock } from '../prompts/data-block.ts';
import { ModelOutputError } from './model-output-error.ts';
import { servedTask, serveTasks } from './serve-tasks.ts';
import { promptedTask } from './task.ts';

const text = 'The lease ends in May.';
const builtIn = { name: 'built-in', version: '1', digest: 'b', kind: 'built-in' } as const;
const remote = { name: 'writer', version: 'latest', digest: 'w', kind: 'ollama' } as const;

const quote = modelTask('quote', {
  request: z.object({ text: z.string() }),
  said: z.object({ quote: z.string() }),
});
const implementation = servedTask(quote, {
  concurrency: 1,
  textsOf: (request) => [request.text],
  builtIn: { identity: builtIn, run: (request) => ({ quote: request.text.slice(0, 9) }) },
  prompted: promptedTask({
    prompt: { id: 'quote', version: '3', system: 'Quote.' },
    output: z.object({ quote: z.string().max(40) }),
    render: (request) => dataBlock('text', request.text),
    read(output, request) {
      if (!request.text.includes(output.quote)) throw new ModelOutputError('The quote is not in the text.');
      return output;
    },
  }),
});

/** Serves the task, asks once for each list of outputs, and keeps what the model was asked. */
async function ask(outputs: readonly string[] | undefined, times = 1) {
  const bus = createMemoryBus({ onError: (error) => expect.unreachable(String(error)) });
  const asked: GenerationRequest[] = [];
  const kept = new Map<string, string>();
  const left = [...(outputs ?? [])];
  const textModel: TextModel = {
    identity: async () => remote,
    async generate(request) {
      asked.push(request);
      return left.shift() ?? expect.unreachable('asked too often');
    },
  };
  const stop = await serveTasks(
    {
      bus,
      cache: { get: async (key) => kept.get(key), put: async (key, value) => void kept.set(key, value) },
      ...(outputs && { textModel }),
      log: createLogger('test', 'silent'),
    },
    [implementation],
  );
  const request = () => bus.request(quote.subject, { request: { text } }, { timeoutMs: 5000 });
  try {
    let answer: unknown;
    for (let time = 0; time < times; time++) answer = await request().catch((error: unknown) => error);
    return { answer, asked };
  } finally {
    await stop();
    await bus.close();
  }
}

const said = (answer: unknown) => modelAnswerSchema(quote).parse(answer);

test('without a text model the built-in code answers, under its own name', async () => {
  const { said: words, provenance } = said((await ask(undefined)).answer);
  expect(words).toEqual({ quote: 'The lease' });
  const inputs = [createHash('sha256').update(text).digest('hex')];
  expect(provenance).toEqual({ model: builtIn, parameters: {}, inputs });
});

test('with one, the prompt is told, and the same question is asked once', async () => {
  const { answer, asked } = await ask(['{"quote":"in May"}'], 3);
  expect(said(answer)).toMatchObject({
    said: { quote: 'in May' },
    provenance: { model: remote, prompt: { id: 'quote', version: '3' }, parameters: { seed: 1 } },
  });
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({ system: 'Quote.', prompt: dataBlock('text', text) });
});

test('what is known already says so, and still whether it was mended', async () => {
  const { answer, asked } = await ask(['Sure!', '{"quote":"in May"}'], 2);
  expect(asked).toHaveLength(2);
  expect(said(answer)).toMatchObject({
    said: { quote: 'in May' },
    provenance: { model: remote, parameters: { repaired: true }, cached: true },
  });
  const fresh = await ask(['{"quote":"in May"}']);
  expect(said(fresh.answer).provenance).not.toHaveProperty('cached');
});

test.each([
  ['no JSON', 'Sure! Here is a quote.', /not valid JSON/],
  ['another shape', '{"quote":7}', /expected string/],
  ['too long', `{"quote":"${'x'.repeat(41)}"}`, /Too big/],
  ['what is not there', '{"quote":"in June"}', /not in the text/],
])('%s may be mended once', async (_, bad, fault) => {
  const mended = await ask([bad, '{"quote":"in May"}']);
  expect(said(mended.answer)).toMatchObject({
    said: { quote: 'in May' },
    provenance: { parameters: { repaired: true } },
  });
  expect(mended.asked[1]?.prompt).toMatch(fault);

  const { answer } = await ask([bad, bad]);
  expect(answer).toBeInstanceOf(RemoteError);
  expect(answer).toMatchObject({ remoteName: 'ModelOutputError', message: expect.stringMatching(fault) });
});

/** The task served by a real client of Ollama's, whose server begins to write and then says nothing more. */
async function askStalling() {
  const ollama = await startOllamaServer();
  ollama.when('Quote.', { quote: 'in May' });
  ollama.fail('stalls', { path: '/api/generate' });
  const bus = createMemoryBus({ onError: (error) => expect.unreachable(String(error)) });
  const stop = await serveTasks(
    {
      bus,
      cache: { get: async () => undefined, put: async () => {} },
      textModel: createOllamaWriter(connectOllama(ollama.url), 'gemma3-legal'),
      log: createLogger('test', 'silent'),
    },
    [implementation],
  );
  onTestFinished(async () => {
    ollama.mend();
    await stop();
    await bus.close();
    await ollama.close();
  });
  const request = (times: TaskTimes) =>
    bus
      .request(quote.subject, { request: { text }, ...times }, { timeoutMs: 20_000 })
      .catch((error: unknown) => error);
  return { ollama, request };
}

test('a model is stopped when whoever asked waits no longer, and another piece of work has its turn', async () => {
  const { ollama, request } = await askStalling();
  const gone = request({ endBy: Date.now() + 3000 });
  await expect.poll(() => ollama.asked().length, { timeout: 10_000 }).toBe(1);
  const next = request({});
  expect(await gone).toMatchObject({ name: 'RemoteError', remoteName: 'ModelTimeoutError' });
  expect(said(await next)).toMatchObject({ said: { quote: 'in May' } });
  await expect.poll(() => ollama.underWay(), { timeout: 10_000 }).toBe(0);
});

test('what does not get its turn in time is told to come again, and is never begun', async () => {
  const { ollama, request } = await askStalling();
  const first = request({});
  await expect.poll(() => ollama.asked().length, { timeout: 10_000 }).toBe(1);
  const late = { name: 'RemoteError', remoteName: 'ServiceUnavailableError' };
  expect(await request({ beginBy: Date.now() + 200 })).toMatchObject(late);
  // It came when its time was over already, from somebody who has gone.
  expect(await request({ beginBy: Date.now() - 1, endBy: Date.now() + 60_000 })).toMatchObject(late);
  ollama.mend();
  expect(said(await first)).toMatchObject({ said: { quote: 'in May' } });
  expect(ollama.asked()).toHaveLength(1);
});
