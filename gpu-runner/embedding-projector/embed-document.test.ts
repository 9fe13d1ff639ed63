import { expect, test } from 'vitest';
import { vectorBytes } from '#projections/passage-vectors/table';
import { meanDirection } from './embed-document.ts';

test('a document points where its passages point on average, with length one', () => {
  const mean = meanDirection([Float32Array.of(1, 0), Float32Array.of(0, 1)]);
  expect(mean?.[0]).toBeCloseTo(Math.SQRT1_2);
  expect(mean?.[1]).toBeCloseTo(Math.SQRT1_2);
});

test('no passages, or passages that cancel out, point nowhere', () => {
  expect(meanDirection([])).toBeUndefined();
  expect(meanDirection([Float32Array.of(1, 0), Float32Array.of(-1, 0)])).toBeUndefined();
});

test('a vector travels in the binary form of pgvector', () => {
  const bytes = vectorBytes(Float32Array.of(1.5, -2));
  expect([bytes.readInt16BE(0), bytes.readInt16BE(2), bytes.readFloatBE(4), bytes.readFloatBE(8)]).toEqual([
    2, 0, 1.5, -2,
  ]);
});
