import { join } from 'node:path';
import { connectReranker } from '#gpu-runner/models/reranker/http-reranker';
import { readConfig } from '#platform/config';
import { searchModes } from '#read-api/contract';
import type { Rerank } from '#read-api/ports';
import { searchPassages } from '#read-api/search/search-passages';
import { type Evaluation, type Figures, figure } from './evaluation.ts';
import { type Cranfield, readCranfield } from './search/cranfield.ts';
import { mean, ndcg, recall } from './search/judge.ts';
import { asWritten, plainBm25, stemmed } from './search/plain-bm25.ts';
import { caseId, makeSearchable, type Searchable } from './search/searchable.ts';

/** Passages asked for: enough for a hundred documents where some have two. */
const passages = 250;
export const modeWords = { text: 'words alone', vector: 'vectors alone', hybrid: 'hybrid' } as const;

type Mode = (typeof searchModes)[number];

/**
 * How well a search finds the abstracts that answer a question, against plain BM25; with RERANKER_URL set, by that too.
 */
export const retrieval: Evaluation = async (data) => {
  const collection = readCranfield(join(data, 'retrieval'));
  const { documents, queries } = collection;
  const lines: Figures[] = [];
  const judge = (by: string, rankings: readonly (readonly string[])[]) =>
    lines.push({ what: `Cranfield, ${queries.length} queries`, by, figures: scoresOf(collection, rankings) });

  for (const [by, termOf] of [
    ['plain BM25', asWritten],
    ['plain BM25, stemmed', stemmed],
  ] as const) {
    const rank = plainBm25(documents, termOf);
    judge(
      by,
      queries.map(({ text }) => rank(text)),
    );
  }
  const searchable = await makeSearchable(
    documents
      .filter(({ text }) => text !== '')
      .map(({ id, text }) => ({ documentId: id, fileName: `${id}.txt`, bytes: text })),
  );
  try {
    const found = async (mode: Mode, rerank?: Rerank) => {
      const rankings: string[][] = [];
      for (const { text } of queries) rankings.push(await documentsFound(searchable, text, mode, rerank));
      return rankings;
    };
    for (const mode of searchModes) judge(modeWords[mode], await found(mode));
    const { reranker } = readConfig();
    if (reranker) {
      const { rerank } = connectReranker(reranker, { patienceMs: 300_000, restMs: 0 });
      judge(
        'hybrid, reranked',
        await found('hybrid', (query, texts) => rerank({ query, texts: [...texts] })),
      );
    }
  } finally {
    await searchable.close();
  }
  return lines;
};

/** Each document once, at the place of its best passage. */
async function documentsFound(
  { clients, embedQuery }: Searchable,
  q: string,
  mode: Mode,
  rerank?: Rerank,
): Promise<string[]> {
  const request = { q, mode, scope: { caseId }, limit: passages };
  const ports = { db: clients.postgres.db, embedQuery, ...(rerank && { rerank }) };
  const { hits, withoutReranker } = await searchPassages(ports, request);
  if (withoutReranker !== undefined) throw new Error(withoutReranker);
  return [...new Set(hits.map(({ documentId }) => documentId))];
}

function scoresOf({ queries }: Cranfield, rankings: readonly (readonly string[])[]) {
  const over = (score: (ranking: readonly string[], grades: ReadonlyMap<string, number>) => number) =>
    figure(mean(queries.map(({ grades }, index) => score(rankings[index] ?? [], grades))));
  return {
    'nDCG@10': over(ndcg),
    'recall@10': over((ranking, grades) => recall(ranking, grades, 10)),
    'recall@100': over((ranking, grades) => recall(ranking, grades, 100)),
  };
}
