import { connectReranker } from '#gpu-runner/models/reranker/http-reranker';
import type { Config } from '#platform/config';

const query = 'When does the lease of the warehouse end?';
const texts = ['Beat two eggs and fold in the flour.', 'The lease of the warehouse ends on 31 May 2024.'];

/**
 * Which model reads the passages found once more, by having it tell the answer to a question from a recipe.
 *
 * @throws {ServiceUnavailableError} while it is away. @throws {Error} if it cannot tell the one from the other
 */
export async function examineReranker({
  reranker,
}: Pick<Config, 'reranker'>): Promise<{ engine: string; version: string; detail?: string }> {
  if (!reranker) return { engine: 'searches keep to their rankings', version: '' };
  const { model, scores } = await connectReranker(reranker).rerank({ query, texts });
  const [recipe, answer] = scores;
  if (typeof recipe !== 'number' || typeof answer !== 'number' || answer <= recipe) {
    throw new Error(
      `${model} finds a recipe nearer to a question about a lease (${recipe ?? 'no score'}) than its answer (${answer ?? 'no score'}): set RERANKER_MODEL to one that was made for search.`,
    );
  }
  return { engine: model, version: '', detail: `answer ${answer.toFixed(2)}, other ${recipe.toFixed(2)}` };
}
