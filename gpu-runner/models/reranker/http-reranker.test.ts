import { afterEach, beforeEach, expect, test } from 'vitest';
import { startRerankerServer } from '#tests/support/reranker-server';
import { connectReranker } from './http-reranker.ts';

let server: Awaited<ReturnType<typeof startRerankerServer>>;
beforeEach(async () => {
  server = await startRerankerServer();
});
afterEach(() => server.close());

const settings = (more = {}) => ({ url: server.url, model: undefined, apiKey: undefined, ...more });
const ask = {
  query: 'when does the lease end',
  texts: ['An egg.', 'The lease is over.', 'When the lease does end.'],
};

test('gives each text its score in the order of the texts, whatever order they came in', async () => {
  expect(await connectReranker(settings()).rerank(ask)).toEqual({
    model: 'test-reranker',
    scores: [0, 2, 5],
  });
  expect(server.calls).toEqual([
    { query: ask.query, documents: ask.texts, top_n: 3, authorization: undefined },
  ]);
});

test('a text that has no score is said to have none', async () => {
  server.behaves({
    status: 200,
    body: '{"results":[{"index":1,"relevance_score":0.5},{"index":9,"relevance_score":1}]}',
  });
  const { model, scores } = await connectReranker(settings()).rerank(ask);
  expect(scores).toEqual([null, 0.5, null]);
  expect(model).toBe(new URL(server.url).host);
});

test('names the model it is to use, sends the key, and cuts what is too long for such a model', async () => {
  const { model } = await connectReranker(settings({ model: 'bge', apiKey: 'secret' })).rerank({
    query: 'q',
    texts: [`${'a'.repeat(1799)}\u{1F600}`],
  });
  expect(model).toBe('bge');
  const [call] = server.calls;
  expect(call).toMatchObject({ model: 'bge', authorization: 'Bearer secret' });
  expect(call?.documents).toEqual([`${'a'.repeat(1799)}\u{FFFD}`]);
});

test('a name and password in the address go into a header, and into no message', async () => {
  const url = server.url.replace('//', '//ada:pass@');
  await connectReranker(settings({ url })).rerank(ask);
  expect(server.calls[0]?.authorization).toBe(`Basic ${Buffer.from('ada:pass').toString('base64')}`);
  server.behaves({ status: 500, body: 'no' });
  await expect(connectReranker(settings({ url })).rerank(ask)).rejects.toThrow(/^(?!.*pass)/);
});

test.each([
  [{ status: 401, body: '{}' }, /refuses the key \(set RERANKER_API_KEY\)/],
  [{ status: 500, body: '<h1>input is too large</h1>' }, /answered 500: input is too large/],
  [{ status: 200, body: '<html>' }, /answered without scores/],
  [{ status: 200, body: '{"results":[]}' }, /answered without scores/],
  [{ status: 200, body: '{"results":[{"index":0,"relevance_score":"high"}]}' }, /answered without scores/],
  [{ status: 200, body: ' '.repeat(1_000_001) }, /more than could be scores/],
] as const)('%j is said to be what it is, and the search goes on without', async (manner, words) => {
  server.behaves(manner);
  await expect(connectReranker(settings()).rerank(ask)).rejects.toMatchObject({
    name: 'ServiceUnavailableError',
    message: expect.stringMatching(words),
  });
});

test('an address that is not the whole one is said to be that', async () => {
  const url = server.url.replace('/v1/rerank', '');
  await expect(connectReranker(settings({ url })).rerank(ask)).rejects.toThrow(
    /nothing at \/ \(RERANKER_URL is the whole address/,
  );
});

test('nobody there is said', async () => {
  const gone = await startRerankerServer();
  await gone.close();
  await expect(connectReranker(settings({ url: gone.url })).rerank(ask)).rejects.toThrow(
    /cannot be reached \(ECONNREFUSED\)/,
  );
});

test('one that hangs is given up, left alone for a while, and then asked again', async () => {
  server.behaves('hangs');
  const reranker = connectReranker(settings(), { patienceMs: 1000, restMs: 1000 });
  await expect(reranker.rerank(ask)).rejects.toThrow(/gave no answer within/);
  server.behaves('answers');
  await expect(reranker.rerank(ask)).rejects.toThrow(/is left alone/);
  expect(server.calls).toHaveLength(1);
  await expect
    .poll(
      () =>
        reranker.rerank(ask).then(
          ({ scores }) => scores,
          () => 'away',
        ),
      { timeout: 20_000 },
    )
    .toEqual([0, 2, 5]);
});
