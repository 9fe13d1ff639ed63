import { expect, test } from 'vitest';
import { rerankDepth, rerankPassages } from './rerank-passages.ts';

const order = Array.from({ length: rerankDepth + 5 }, (_, at) => ({ id: `p${at}`, score: 1 / (at + 1) }));
const passages = new Map(order.map(({ id }) => [id, { text: `text of ${id}`, section: 'Terms' }]));
const ids = (scored: readonly { id: string }[]) => scored.map(({ id }) => id);

test('the first passages come in the order of the model, what lies deeper as it was', async () => {
  const asked: string[][] = [];
  const found = await rerankPassages(
    async (query, texts) => {
      asked.push([query, ...texts]);
      return { model: 'cross', scores: texts.map((_, at) => at) };
    },
    'q',
    order,
    passages,
  );
  expect(asked).toEqual([['q', ...ids(order.slice(0, rerankDepth)).map((id) => `Terms\ntext of ${id}`)]]);
  expect(ids(found.order)).toEqual([
    ...ids(order.slice(0, rerankDepth)).toReversed(),
    ...ids(order.slice(rerankDepth)),
  ]);
  expect(found.byReranker?.get(`p${rerankDepth - 1}`)).toEqual({ rank: 1, score: rerankDepth - 1 });
  expect(found.byReranker?.has(`p${rerankDepth}`)).toBe(false);
});

test('what has no score comes behind, equal scores stay as they were, and what is gone keeps no place', async () => {
  const few = new Map([...passages].slice(0, 5).filter(([id]) => id !== 'p1'));
  const found = await rerankPassages(
    async () => ({ model: 'cross', scores: [0, null, 0.5, 0.5] }),
    'q',
    order,
    few,
  );
  expect(ids(found.order)).toEqual(['p3', 'p4', 'p0', 'p2']);
});
