import { type RankTextsAnswer, rankTextsRequestSchema } from '#domain/question/retrieval';
import type { EmbeddingModel } from '../models/model.ts';

/** Ranks texts by the cosine of the angle between their vectors and the query's; the vectors are kept nowhere. */
export async function rankTexts(embedder: EmbeddingModel, data: unknown): Promise<RankTextsAnswer> {
  const { query, texts } = rankTextsRequestSchema.parse(data);
  const [asked] = await embedder.embed([query], 'query');
  const scores: number[] = [];
  for (let start = 0; start < texts.length; start += embedder.maxBatch) {
    const vectors = await embedder.embed(texts.slice(start, start + embedder.maxBatch), 'document');
    for (const vector of vectors) scores.push(asked ? dot(asked, vector) : 0);
  }
  const order = scores.map((score, index) => ({ score, index })).filter(({ score }) => score > 0);
  return { ranked: order.sort((a, b) => b.score - a.score || a.index - b.index).map(({ index }) => index) };
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}
