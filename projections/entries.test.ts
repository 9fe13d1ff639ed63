import { expect, test } from 'vitest';
import { createEntryBatch, type Part } from './entries.ts';
import { createInMemoryEntries } from './runner/in-memory-entries.ts';

type Line = { readonly book: string; readonly line: number; readonly lastPosition: bigint };
const lines: Part<Line> = {
  name: 'line',
  keyOf: ({ book, line }) => [book, String(line)],
  ownerOf: ({ book }) => book,
};
type Book = { readonly id: string; readonly title: string };
const books: Part<Book> = { name: 'book', keyOf: ({ id }) => [id] };
const parts = [books, lines];
const lineOf = (book: string, line: number, lastPosition: bigint): Line => ({ book, line, lastPosition });

test('a batch sees what it changed, and what was there before', async () => {
  const held = createInMemoryEntries(parts);
  const first = createEntryBatch(parts, await held.load([]));
  first.put(books, { id: 'a', title: 'A' });
  held.apply(first.changes());

  const batch = createEntryBatch(parts, await held.load([{ part: books, key: ['a'] }]));
  expect(batch.get(books, ['a'])).toEqual({ id: 'a', title: 'A' });
  batch.delete(books, ['a']);
  expect(batch.get(books, ['a'])).toBeUndefined();
  batch.put(books, { id: 'a', title: 'again' });
  expect(batch.get(books, ['a'])?.title).toBe('again');
  expect(() => batch.get(books, ['b'])).toThrow('did not say so');
});

test('the entries of an owner are replaced as a set, twice in a batch too', async () => {
  const held = createInMemoryEntries(parts);
  const first = createEntryBatch(parts, await held.load([]));
  first.at(1n);
  first.replace(lines, 'a', [lineOf('a', 1, 1n), lineOf('a', 2, 1n)]);
  first.replace(lines, 'b', [lineOf('b', 1, 1n)]);
  held.apply(first.changes());

  const second = createEntryBatch(parts, await held.load([]));
  second.at(2n);
  second.replace(lines, 'a', [lineOf('a', 1, 2n), lineOf('a', 3, 2n)]);
  second.at(3n);
  second.replace(lines, 'a', [lineOf('a', 4, 3n)]);
  held.apply(second.changes());
  expect(held.entries(lines)).toEqual([lineOf('a', 4, 3n), lineOf('b', 1, 1n)]);
  expect(() => second.put(lines, lineOf('a', 5, 3n))).toThrow('replaced as a set');
});

test('an event is undone whole, and only the last', async () => {
  const held = createInMemoryEntries(parts);
  const batch = createEntryBatch(parts, await held.load([]));
  batch.at(1n);
  batch.put(books, { id: 'a', title: 'A' });
  batch.delete(books, ['b']);
  batch.replace(lines, 'a', [lineOf('a', 1, 1n)]);
  batch.keep();
  const before = structuredClone(changesOf(batch));
  batch.at(2n);
  batch.put(books, { id: 'b', title: 'B' });
  batch.delete(books, ['a']);
  batch.replace(lines, 'a', [lineOf('a', 2, 2n)]);
  batch.replace(lines, 'c', []);
  expect(changesOf(batch)).not.toEqual(before);
  batch.undo();
  expect(changesOf(batch)).toEqual(before);
  // What was undone leaves no trace in how the next event replaces.
  batch.at(3n);
  batch.replace(lines, 'a', []);
  held.apply(batch.changes());
  expect(held.entries(lines)).toEqual([]);
});

const changesOf = (batch: ReturnType<typeof createEntryBatch>) =>
  batch.changes().map(({ part, replaced, deletes, puts }) => [part.name, replaced, deletes, puts]);
