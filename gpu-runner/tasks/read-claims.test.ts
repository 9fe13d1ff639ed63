import { describe, expect, test } from 'vitest';
import { ModelOutputError } from './model-output-error.ts';
import { readClaims } from './read-claims.ts';

const claim = (text: string, ...on: number[]) => ({ text, on });

describe('what a model claims', () => {
  test('keeps what it rests on, counted from 0, each once', () => {
    const { kept, refused } = readClaims([claim('One.', 1, 3, 1)], 3, { most: 5 });
    expect(kept).toEqual([{ text: 'One.', on: [0, 2] }]);
    expect(refused).toBe(0);
  });
  test('is left out where it rests on nothing that was given, and counted', () => {
    const { kept, refused } = readClaims([claim('One.', 1), claim('Two.', 9), claim('Three.')], 3, {
      most: 5,
    });
    expect(kept).toEqual([{ text: 'One.', on: [0] }]);
    expect(refused).toBe(2);
  });
  test('is counted where it loses a number, and stays', () => {
    expect(readClaims([claim('One.', 1, 9)], 3, { most: 5 })).toEqual({
      kept: [{ text: 'One.', on: [0] }],
      refused: 1,
    });
  });
  test('is refused as a whole where too little of it stays', () => {
    const read = () => readClaims([claim('One.', 1), claim('Two.', 0)], 3, { least: 2, most: 5 });
    expect(read).toThrow(ModelOutputError);
    expect(read).toThrow('between 1 and 3');
  });
  test('is cut where it is too much', () => {
    const many = Array.from({ length: 9 }, (_, number) => claim(`${number}.`, 1));
    expect(readClaims(many, 1, { most: 5 }).kept).toHaveLength(5);
  });
});
