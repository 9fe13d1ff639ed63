import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

const requestSchema = z.strictObject({
  model: z.string().optional(),
  query: z.string().min(1),
  documents: z.array(z.string()).min(1),
  top_n: z.number().int().positive().optional(),
});
export type RerankCall = z.infer<typeof requestSchema> & { readonly authorization: string | undefined };

/** How it answers: as it should, by never, or with a status and a body of its own. */
type Manner = 'answers' | 'hangs' | { readonly status: number; readonly body: string };

/**
 * A server of the rerank API of Cohere's and Jina's at `/v1/rerank`. A text's score is how many words of the query it holds,
 * and one more for the word that `prefers` names; results come as they do from some servers, the last text first.
 */
export async function startRerankerServer({ prefers = '' }: { prefers?: string } = {}) {
  const calls: RerankCall[] = [];
  let manner: Manner = 'answers';
  const scoreOf = (query: string, text: string) => {
    const words = new Set(text.toLowerCase().match(/\p{L}+/gu));
    const asked = query.toLowerCase().match(/\p{L}+/gu) ?? [];
    return asked.filter((word) => words.has(word)).length + (words.has(prefers) ? 100 : 0);
  };
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown, type = 'application/json') =>
      response
        .writeHead(status, { 'content-type': type })
        .end(typeof body === 'string' ? body : JSON.stringify(body));
    if (request.method !== 'POST' || request.url !== '/v1/rerank')
      return answer(404, 'Not found', 'text/plain');
    const body = await json(request).catch(() => undefined);
    // Whoever gave up while they asked is answered by nobody.
    if (body === undefined) return response.destroy();
    const parsed = requestSchema.safeParse(body);
    if (!parsed.success) return answer(400, { error: z.prettifyError(parsed.error) });
    const { query, documents, model = 'test-reranker', top_n = documents.length } = parsed.data;
    calls.push({ ...parsed.data, authorization: request.headers.authorization });
    if (manner === 'hangs') return;
    if (manner !== 'answers') return answer(manner.status, manner.body, 'text/html');
    const results = documents.map((text, index) => ({ index, relevance_score: scoreOf(query, text) }));
    answer(200, { model, results: results.toReversed().slice(0, top_n) });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1/rerank`,
    /** Every call it took, in order. */
    calls,
    behaves(next: Manner) {
      manner = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
