import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance } from './edit-distance.ts';
import { suggest } from './suggest.ts';
import { vocabularyOf } from './vocabulary.ts';

const vocabulary = vocabularyOf(
  new Map([
    ['termination', 40],
    ['determination', 3],
    ['agreement', 100],
    ['convenience', 5],
    ['the', 900],
  ]),
  [
    { name: 'Premier Nutrition Corporation', weight: 3 },
    { name: 'Stremicks Heritage Foods, LLC', weight: 2 },
    { name: 'Distributor Agreement.pdf', weight: 1 },
  ],
);
const texts = (q: string) => suggest(q, vocabulary).map(({ text }) => text);

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'acb', 1],
  ['abc', 'abd', 1],
  ['abc', 'ab', 1],
  ['kitten', 'sitting', 3],
])('from %j to %j in %j', (one, other, steps) => {
  expect(editDistance(one, other, 5)).toBe(steps);
  expect(editDistance(other, one, 5)).toBe(steps);
});

test('one step more than asked is all that is told of words further apart', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(letters, letters, fc.integer({ min: 0, max: 4 }), (one, other, most) => {
      expect(editDistance(one, other, most)).toBe(Math.min(editDistance(one, other, 20), most + 1));
    }),
  );
});

test('a misspelt word is put right, and the others stay', () => {
  expect(texts('terminaton for convenience')[0]).toBe('termination for convenience');
  expect(texts('the agreemnet')).toContain('the agreement');
});

test('a name that looks like the query is found, however its words are ordered', () => {
  expect(texts('Premeir Nutrition')).toContain('Premier Nutrition Corporation');
  expect(suggest('heritage foods stremick', vocabulary)).toContainEqual({
    text: 'Stremicks Heritage Foods, LLC',
    kind: 'name',
  });
});

test('what is as it should be, and what is like nothing, has no suggestions', () => {
  expect(texts('termination')).toEqual([]);
  expect(texts('zzzz qqqq')).toEqual([]);
  expect(texts('')).toEqual([]);
  expect(texts('premier nutrition corporation')).toEqual([]);
});

test('there are five at most', () => {
  const words = new Map(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((end) => [`similar${end}`, 1]));
  const names = [...words.keys()].map((name) => ({ name: `${name} name`, weight: 1 }));
  expect(suggest('similarx name', vocabularyOf(words, names))).toHaveLength(5);
});

test('a long query is compared with words of like lengths for its first five unknown ones, and with names that share letters', () => {
  const lengths: number[] = [];
  const unknown = Array.from(
    { length: 100 },
    (_, at) => `agreemnt${String.fromCharCode(97 + (at % 26))}${at}`,
  );
  const q = ['agreemnet', 'terminaton', 'agreemnet', ...unknown, 'conveniense'].join(' ');
  const counted = {
    ...vocabulary,
    ofLength: (letters: number) => {
      lengths.push(letters);
      return vocabulary.ofLength(letters);
    },
  };
  const [first] = suggest(q, counted);
  expect(first?.text).toMatch(/^agreement termination agreement .* conveniense$/);
  expect(lengths).toHaveLength(5 * 5);
  expect(lengths.slice(0, 5)).toEqual([7, 8, 9, 10, 11]);
});

test('names that have no letters of the query are not looked at', () => {
  const looked: number[] = [];
  const names = vocabulary.names.map((each, index) => ({
    weight: each.weight,
    get name() {
      looked.push(index);
      return each.name;
    },
  }));
  const kept = vocabularyOf(new Map(), names);
  looked.length = 0;
  expect(suggest('heritage foods stremick', kept)).toHaveLength(1);
  expect(new Set(looked)).toEqual(new Set([1]));
});
