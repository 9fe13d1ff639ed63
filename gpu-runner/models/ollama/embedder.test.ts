import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { type OllamaServer, startOllamaServer } from '#tests/support/ollama-server';
import { type ConnectionLimits, connectOllama } from './connection.ts';
import { createOllamaEmbedder } from './embedder.ts';

let ollama: OllamaServer;
beforeEach(async () => {
  ollama = await startOllamaServer();
});
afterEach(() => ollama.close());

const embedder = (model = 'nomic-embed-text', dimensions = 768, limits: Partial<ConnectionLimits> = {}) =>
  createOllamaEmbedder(connectOllama(ollama.url, limits), { model, dimensions });
const inputs = () =>
  ollama.requests.filter(({ path }) => path === '/api/embed').map(({ body }) => body.input);
const lengthOf = (vector: Float32Array | undefined) => Math.hypot(...(vector ?? []));
const cosine = (a: Float32Array = new Float32Array(), b: Float32Array = new Float32Array()) =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

test('a text and a query are told apart by the words that nomic was trained with', async () => {
  const model = embedder();
  await model.embed(['The rent is due.', 'The lease ends.'], 'document');
  await model.embed(['rent'], 'query');
  expect(inputs()).toEqual([
    ['search_document: The rent is due.', 'search_document: The lease ends.'],
    ['search_query: rent'],
  ]);
});

test('another model is given texts as they are', async () => {
  const other = { name: 'mxbai-embed-large:latest', family: 'bert', capabilities: ['embedding'] as const };
  await ollama.close();
  ollama = await startOllamaServer({
    models: [{ ...other, embeddingLength: 1024, contextLength: 512, size: 669_615_493 }],
  });
  const [vector] = await embedder('mxbai-embed-large', 1024).embed(['rent'], 'query');
  expect(inputs()).toEqual([['rent']]);
  expect(vector).toHaveLength(1024);
});

test('vectors have unit length and are those of the texts, in their order', async () => {
  const texts = ['The tenant pays the rent.', 'A bank lends money.', 'The rent that the tenant pays.'];
  const vectors = await embedder().embed(texts, 'document');
  for (const vector of vectors) expect(lengthOf(vector)).toBeCloseTo(1, 6);
  expect(cosine(vectors[0], vectors[2])).toBeGreaterThan(cosine(vectors[0], vectors[1]));
  expect(await embedder().embed([], 'document')).toEqual([]);
});

describe('nothing of a text is left out', () => {
  test('the server is never asked to cut, and a passage of any usual length fits', async () => {
    await embedder().embed(['word '.repeat(1500)], 'document');
    expect(ollama.requests[0]?.body).toMatchObject({
      truncate: false,
      options: { num_ctx: 2048, num_batch: 2048 },
    });
    expect(inputs()).toHaveLength(1);
  });

  test('one that is too long is embedded in parts, each with its prefix', async () => {
    const [begin, end] = ['rent '.repeat(2000), 'maturity '.repeat(2000)];
    const [long, short] = await embedder().embed([begin + end, 'maturity'], 'document');
    const sent = inputs().flat();
    const parts = sent.filter((text) => text.length > 100 && text.length < 12_000);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of sent) expect(part).toMatch(/^search_document: /);
    // The end counts as much as the beginning: it was not cut off.
    expect(cosine(long, short)).toBeGreaterThan(0.5);
    expect(lengthOf(long)).toBeCloseTo(1, 6);
  });
});

test('too many texts at once are refused before anything is asked', async () => {
  await expect(embedder().embed(Array(33).fill('x'), 'document')).rejects.toThrow(/at most 32 texts/);
  expect(ollama.requests).toEqual([]);
});

test('a model whose vectors have another length is refused, with what to set', async () => {
  await expect(embedder('nomic-embed-text', 512).embed(['x'], 'query')).rejects.toThrow(
    /vectors of 768 numbers, not 512. Set OLLAMA_EMBED_DIMENSIONS to 768/,
  );
});

test('its identity is the name, the tag, and the digest that the server has for them', async () => {
  const model = embedder('nomic-embed-text:latest');
  expect(model.identity).toEqual({ name: 'nomic-embed-text', version: 'latest', kind: 'ollama' });
  expect(await model.identify()).toEqual({
    ...model.identity,
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('a model that was never pulled is waited for, by the name of the command that fetches it', async () => {
  ollama.remove('nomic-embed-text');
  const asked = [embedder().identify(), embedder().embed(['x'], 'document')];
  for (const each of asked) {
    await expect(each).rejects.toThrow(ServiceUnavailableError);
    await expect(each).rejects.toThrow(/casefold models pull nomic-embed-text/);
  }
});

test('it can be told to stop', async () => {
  ollama.fail('no-first-byte');
  const stop = new AbortController();
  const asked = embedder().embed(['x'], 'document', stop.signal);
  stop.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
});
