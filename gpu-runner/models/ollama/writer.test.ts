import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { type Fault, type OllamaServer, startOllamaServer } from '#tests/support/ollama-server';
import { ModelCrashError, ModelTimeoutError } from '../../inference/model-errors.ts';
import { ModelOutputError } from '../../tasks/model-output-error.ts';
import type { GenerationRequest } from '../model.ts';
import { type ConnectionLimits, connectOllama } from './connection.ts';
import { contextFor, createOllamaWriter } from './writer.ts';

let ollama: OllamaServer;
beforeEach(async () => {
  ollama = await startOllamaServer();
});
afterEach(() => ollama.close());

const writer = (limits: Partial<ConnectionLimits> = {}) =>
  createOllamaWriter(connectOllama(ollama.url, limits), 'gemma3-legal');
const request: GenerationRequest = { system: 'Be brief.', prompt: 'One. Two. Three.', parameters: {} };
const failing = (fault: Fault, limits?: Partial<ConnectionLimits>) => {
  ollama.fail(fault, { path: '/api/generate' });
  return writer(limits).generate(request);
};

test('it writes in pieces, with what was asked and nothing else', async () => {
  ollama.when('Be brief.', 'The answer in a few words.');
  const pieces: string[] = [];
  const parameters = { temperature: 0, seed: 7, contextTokens: 4096, mostTokens: 100 };
  const text = await writer().generate(
    { ...request, parameters },
    { onText: (piece) => void pieces.push(piece) },
  );
  expect(text).toBe('The answer in a few words.');
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.join('')).toBe(text);
  expect(ollama.requests.at(-1)?.body).toMatchObject({
    model: 'gemma3-legal',
    system: request.system,
    prompt: request.prompt,
    stream: true,
    truncate: false,
    options: { temperature: 0, seed: 7, num_ctx: 4096, num_predict: 100 },
  });
});

test('a shape is asked for as JSON schema, and kept', async () => {
  const shape = z.object({ title: z.string(), points: z.array(z.string()).min(2) });
  const text = await writer().generate({ ...request, format: z.toJSONSchema(shape) });
  expect(shape.parse(JSON.parse(text)).points).toEqual(['Two.', 'Three.']);
});

test('it says which model wrote', async () => {
  expect(await writer().identity()).toMatchObject({
    name: 'gemma3-legal',
    version: 'latest',
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    kind: 'ollama',
  });
});

describe('what passes is waited for, with a word on what to do', () => {
  test('no server', async () => {
    await ollama.goDown();
    const asked = writer().generate(request);
    await expect(asked).rejects.toThrow(ServiceUnavailableError);
    await expect(asked).rejects.toThrow(/cannot be reached \(ECONNREFUSED\).*"ollama serve"/);
    await expect(writer().identity()).rejects.toThrow(ServiceUnavailableError);
    await ollama.comeBack();
    expect(await writer().generate(request)).not.toBe('');
  });

  test.each<[Fault, RegExp]>([
    ['missing-model', /no model gemma3-legal. Run "casefold models pull gemma3-legal"/],
    ['cut-connection', /Ollama at http\S+ cannot be reached \(\S+\)/],
    ['bad-gateway', /cannot reach it \(502: 502 Bad Gateway\)/],
  ])('%s', async (fault, words) => {
    const asked = failing(fault);
    await expect(asked).rejects.toThrow(ServiceUnavailableError);
    await expect(asked).rejects.toThrow(words);
  });

  test('a full queue is asked again a few times', async () => {
    ollama.fail('queue-full', { path: '/api/generate', times: 2 });
    expect(await writer().generate(request)).not.toBe('');
    ollama.fail('queue-full', { path: '/api/generate', times: 9 });
    await expect(writer({ busyTries: 2 }).generate(request)).rejects.toThrow(/queue is full/);
    expect(ollama.requests.filter(({ path }) => path === '/api/generate')).toHaveLength(3 + 2);
  });

  test('a model that is still loading', async () => {
    const asked = failing('no-first-byte', { firstByteMs: 50 });
    await expect(asked).rejects.toThrow(ServiceUnavailableError);
    await expect(asked).rejects.toThrow(/not in memory yet/);
  });
});

describe('what may be the fault of the text is told apart', () => {
  test('a loaded model that does not begin, one that stops in the middle, and one that does not end', async () => {
    await writer().generate(request);
    for (const [fault, limits] of [
      ['no-first-byte', { firstByteMs: 50 }],
      ['stalls', { silenceMs: 50 }],
      ['stalls', { wholeMs: 50 }],
    ] as const) {
      await expect(failing(fault, limits), fault).rejects.toThrow(ModelTimeoutError);
      ollama.mend();
    }
  });

  test.each<[Fault, RegExp]>([
    ['cut-stream', /broke off before it was done/],
    ['broken-line', /a line of the answer is not JSON/],
    ['error-in-stream', /an error was encountered while running the model/],
    ['server-error', /llama runner process has terminated/],
  ])('%s', async (fault, words) => {
    const asked = failing(fault);
    await expect(asked).rejects.toThrow(ModelCrashError);
    await expect(asked).rejects.toThrow(words);
  });

  test('an answer that was cut at its longest is no answer', async () => {
    await expect(failing('too-long')).rejects.toThrow(ModelOutputError);
    ollama.when('Be brief.', 'word '.repeat(50));
    const asked = writer().generate({ ...request, parameters: { mostTokens: 5 } });
    await expect(asked).rejects.toThrow(/more than it may \(5 tokens\)/);
  });
});

test('it can be told to stop in the middle', async () => {
  ollama.fail('stalls', { path: '/api/generate' });
  const stop = new AbortController();
  const asked = writer().generate(request, {
    signal: stop.signal,
    onText: () => stop.abort(new Error('enough')),
  });
  await expect(asked).rejects.toThrow('enough');
});

test('the context is as long as needed, in steps, and no text is cut off unseen', () => {
  const asking = (characters: number, parameters = {}) => ({
    ...request,
    prompt: 'x'.repeat(characters),
    parameters,
  });
  expect(contextFor(asking(100))).toBe(8192);
  expect(contextFor(asking(30_000))).toBe(16_384);
  expect(contextFor(asking(100, { contextTokens: 4096 }))).toBe(4096);
  expect(contextFor(asking(100), 2048)).toBe(2048);
  expect(() => contextFor(asking(30_000), 8192)).toThrow(/about 10003 tokens/);
});

test('a context that is asked for is lengthened where the prompt and the answer do not fit', () => {
  const asking = (characters: number) => ({
    ...request,
    prompt: 'x'.repeat(characters),
    parameters: { contextTokens: 12_288, mostTokens: 1500 },
  });
  expect(contextFor(asking(30_000), 131_072)).toBe(12_288);
  expect(contextFor(asking(24 * 1800), 131_072)).toBe(16_384);
  expect(contextFor(asking(34_000), 131_072)).toBe(16_384);
  expect(contextFor(asking(60_000), 131_072)).toBe(32_768);
  expect(contextFor(asking(60_000), 20_480)).toBe(20_480);
});

test('a password in the address goes into a header and into no word', async () => {
  const [log, warn] = [vi.spyOn(console, 'log'), vi.spyOn(console, 'warn')];
  const address = new URL(ollama.url);
  address.username = 'ada';
  address.password = 'secret';
  const connection = connectOllama(address.href);
  expect(await createOllamaWriter(connection, 'gemma3-legal').generate(request)).not.toBe('');
  expect(ollama.requests.at(-1)?.authorization).toBe(`Basic ${Buffer.from('ada:secret').toString('base64')}`);
  await ollama.goDown();
  const asked = createOllamaWriter(connection, 'gemma3-legal').generate(request);
  await expect(asked).rejects.toThrow(/http:\/\/127/);
  await expect(asked).rejects.not.toThrow(/secret/);
  await expect(failing('bad-gateway')).rejects.toThrow();
  expect([...log.mock.calls, ...warn.mock.calls]).toEqual([]);
});
