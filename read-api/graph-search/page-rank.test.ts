import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Link, pageRank } from './page-rank.ts';

const link = (from: number, to: number, weight = 1): Link => ({ from, to, weight });

const networks = fc.integer({ min: 1, max: 30 }).chain((size) => {
  const node = fc.integer({ min: 0, max: size - 1 });
  const weight = fc.double({ min: 0.01, max: 10, noNaN: true });
  const links = fc.array(fc.record({ from: node, to: node, weight }), { maxLength: 80 });
  return fc.record({ size: fc.constant(size), links });
});

test('ranks are shares of one, whatever the network', () => {
  fc.assert(
    fc.property(networks, ({ size, links }) => {
      const { ranks } = pageRank(size, links);
      expect(ranks.reduce((sum, rank) => sum + rank, 0)).toBeCloseTo(1, 9);
      for (const rank of ranks) expect(rank).toBeGreaterThan(0);
    }),
  );
});

test('the ranks are those that a further round leaves as they are', () => {
  fc.assert(
    fc.property(networks, ({ size, links }) => {
      const { ranks, rounds } = pageRank(size, links);
      expect(rounds).toBeLessThan(200);
      const out = links.reduce(
        (sums, { from, to, weight }) => {
          sums[from] = (sums[from] ?? 0) + weight;
          sums[to] = (sums[to] ?? 0) + weight;
          return sums;
        },
        Array.from({ length: size }, () => 0),
      );
      const adrift = out.reduce((sum, weight, at) => sum + (weight === 0 ? (ranks[at] ?? 0) : 0), 0);
      for (let node = 0; node < size; node++) {
        let come = 0;
        for (const { from, to, weight } of links) {
          if (to === node) come += ((ranks[from] ?? 0) * weight) / (out[from] ?? 1);
          if (from === node) come += ((ranks[to] ?? 0) * weight) / (out[to] ?? 1);
        }
        expect(ranks[node]).toBeCloseTo((0.15 + 0.85 * adrift) / size + 0.85 * come, 7);
      }
    }),
    { numRuns: 50 },
  );
});

test('how the nodes are numbered changes nothing', () => {
  fc.assert(
    fc.property(networks, ({ size, links }) => {
      const mirrored = links.map(({ from, to, weight }) => link(size - 1 - from, size - 1 - to, weight));
      const { ranks } = pageRank(size, links);
      const other = pageRank(size, mirrored).ranks.toReversed();
      for (const [at, rank] of ranks.entries()) expect(other[at]).toBeCloseTo(rank, 8);
    }),
  );
});

test('in a ring all are alike; the hub of a star comes before its ends', () => {
  const ring = Array.from({ length: 5 }, (_, at) => link(at, (at + 1) % 5));
  for (const rank of pageRank(5, ring).ranks) expect(rank).toBeCloseTo(0.2, 9);
  const [hub = 0, end = 0] = pageRank(4, [link(0, 1), link(0, 2), link(3, 0)]).ranks;
  expect(hub).toBeGreaterThan(2 * end);
});

test('a heavier link takes a larger share along', () => {
  const [, heavy = 0, light = 0] = pageRank(3, [link(0, 1, 3), link(0, 2, 1)]).ranks;
  expect(heavy).toBeGreaterThan(light);
});

test('nothing has no ranks, and what cannot be a link is refused', () => {
  expect(pageRank(0, []).ranks).toHaveLength(0);
  expect(() => pageRank(2, [link(0, 2)])).toThrow(RangeError);
  expect(() => pageRank(2, [link(0, 1, 0)])).toThrow(RangeError);
});
