import { expect, test } from 'vitest';
import { cutPage } from './cut-page.ts';

const cut = (rows: readonly number[]) => cutPage(rows, 2, String, (row) => [row] as const);

test('a page that has more behind it says where it ended', () => {
  expect(cut([7, 8, 9])).toEqual({ items: ['7', '8'], next: [8] });
});

test('the last page says nothing', () => {
  for (const rows of [[], [7], [7, 8]]) expect(cut(rows)).toEqual({ items: rows.map(String) });
});
