import { expect, test } from 'vitest';
import { fuse, ranked } from './rank-fusion.ts';

const ranking = (...ids: string[]) => ranked(ids.map((id, index) => ({ id, score: 10 - index })));
const once = (...rankings: ReturnType<typeof ranking>[]) =>
  rankings.map((each) => ({ ranking: each, weight: 1 }));

test('ranks begin at one', () => {
  expect(ranking('a', 'b').get('b')).toEqual({ rank: 2, score: 9 });
});

test('what both rankings have comes before what one has first', () => {
  expect(fuse(once(ranking('a', 'c', 'b'), ranking('d', 'c')))).toEqual([
    { id: 'c', score: 2 / 62 },
    { id: 'a', score: 1 / 61 },
    { id: 'd', score: 1 / 61 },
    { id: 'b', score: 1 / 63 },
  ]);
});

test('one ranking alone keeps its order', () => {
  expect(fuse(once(ranking('z', 'y', 'x'), ranking())).map(({ id }) => id)).toEqual(['z', 'y', 'x']);
});

test('the places of a ranking count by its weight', () => {
  const rankings = [
    { ranking: ranking('a'), weight: 0.5 },
    { ranking: ranking('b'), weight: 1 },
  ];
  expect(fuse(rankings)).toEqual([
    { id: 'b', score: 1 / 61 },
    { id: 'a', score: 0.5 / 61 },
  ]);
});
