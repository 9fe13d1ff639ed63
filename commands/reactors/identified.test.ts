import { expect, test } from 'vitest';
import { identified } from './identified.ts';

const entity = (name: string, start: number) => {
  return { name, kind: 'organisation' as const, mentions: [{ start, end: start + 1 }] };
};
const sentence = { start: 0, end: 3, text: 'So.' };
const owns = (from: number, to: number) => ({ kind: 'owns' as const, from, to, sentence });

test('spellings of one name are one entity of the case, and what is said of them is said once', () => {
  const found = [entity('Bolivar Mining Corp.', 9), entity('Acme Ltd', 5), entity('BOLIVAR MINING CORP', 1)];
  const { entities, relations } = identified('c', found, [owns(0, 1), owns(2, 1), owns(0, 2), owns(1, 9)]);
  expect(entities.map(({ name, mentions }) => [name, mentions.map(({ start }) => start)])).toEqual([
    ['Bolivar Mining Corp.', [1, 9]],
    ['Acme Ltd', [5]],
  ]);
  const [bolivar, acme] = entities;
  expect(relations).toEqual([{ kind: 'owns', from: bolivar?.entityId, to: acme?.entityId, sentence }]);
  const [other] = identified('c', [entity('Bolivar Mining Corporation', 0)], []).entities;
  expect(other?.entityId).toBe(bolivar?.entityId);
  expect(identified('c2', found, []).entities[0]?.entityId).not.toBe(bolivar?.entityId);
});
