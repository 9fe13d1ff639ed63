import { expect, test } from 'vitest';
import type { Entity, EntityKind } from '../../model.ts';
import { findRelations } from './relations.ts';
import { splitSentences } from './sentences.ts';

/** Entities as they stand in the text: `Ada Lovelace` of each kind wherever it is written. */
function related(text: string, names: Partial<Record<EntityKind, readonly string[]>>) {
  const entities = Object.entries(names).flatMap(([kind, list]) =>
    list.map(
      (name): Entity => ({
        name,
        kind: kind as EntityKind,
        mentions: [...text.matchAll(new RegExp(name.replace(/[.$]/g, '\\$&'), 'g'))].map(({ index }) => ({
          start: index,
          end: index + name.length,
        })),
      }),
    ),
  );
  const found = findRelations(text, splitSentences(text), entities);
  for (const { sentence } of found) expect(text.slice(sentence.start, sentence.end)).toBe(sentence.text);
  return found.map(({ kind, from, to }) => `${entities[from]?.name} ${kind} ${entities[to]?.name}`);
}

const person = ['Ada King', 'Ben Ohm'];
const organisation = ['Acme Ltd', 'Beta Inc.', 'ISO'];
const place = ['Paris', 'France', 'Delaware'];
const amount = ['$5m'];
const names = { person, organisation, place, amount };

test.each([
  ['Ada King, the finance director of Acme Ltd, resigned.', 'Ada King works-for Acme Ltd'],
  ['Ada King of Acme Ltd wrote the report.', 'Ada King works-for Acme Ltd'],
  ['Ada King, the chief executive of Acme Ltd, resigned.', 'Ada King leads Acme Ltd'],
  ['Acme Ltd, led by Mr Ben Ohm, grew.', 'Ben Ohm leads Acme Ltd'],
  ['Acme Ltd is a founding member of ISO.', 'Acme Ltd member-of ISO'],
  ['Acme Ltd, a wholly-owned subsidiary of Beta Inc., was sold.', 'Beta Inc. owns Acme Ltd'],
  ['In 2010 Acme Ltd acquired 51% of Beta Inc. and closed it.', 'Acme Ltd owns Beta Inc.'],
  ['Acme Ltd, a Delaware corporation, was wound up.', 'Acme Ltd located-in Delaware'],
  ['Acme Ltd is headquartered in Paris.', 'Acme Ltd located-in Paris'],
  ['He was born in Paris, France.', 'Paris located-in France'],
  ['Acme Ltd, also known as Beta Inc. in those days, was sold.', 'Acme Ltd same-as Beta Inc.'],
  ['On Monday Ada King met with the auditor, Ben Ohm.', 'Ada King in-contact-with Ben Ohm'],
  ['An e-mail from Ada King to Ben Ohm shows it.', 'Ada King in-contact-with Ben Ohm'],
  ['The lease between Acme Ltd and Beta Inc. ended.', 'Acme Ltd party-with Beta Inc.'],
  [
    'This Agreement is made by and between Acme Ltd ("Acme"), having its seat at 1 High Road, and Beta Inc. ("Beta").',
    'Acme Ltd party-with Beta Inc.',
  ],
  ['Acme Ltd paid $5m to Beta Inc. in May.', 'Acme Ltd paid Beta Inc.'],
  ['Ada King received a bonus of $5m from Acme Ltd for it.', 'Acme Ltd paid Ada King'],
  ['The judgment in Ada King v Acme Ltd was handed down.', 'Ada King opposes Acme Ltd'],
  ['Acme Ltd sued Beta Inc. in May.', 'Acme Ltd opposes Beta Inc.'],
  ['Ada King strongly supported Ben Ohm.', 'Ada King supports Ben Ohm'],
])('%s', (text, expected) => {
  expect(related(text, names)).toContain(expected);
});

test.each([
  'Ada King and Ben Ohm were at Acme Ltd.',
  'Acme Ltd did not sue Beta Inc. for it.',
  'They work in Paris, France, and Delaware.',
  'Ada King left. Acme Ltd was sold.',
  '<p0> sued <p1>, it says on the page of Ada King.',
])('what is only near each other says nothing: %s', (text) => {
  expect(related(text, names)).toEqual([]);
});

test('the first sentence that says it is the one that is quoted, in either direction', () => {
  const text = 'Ada King met Ben Ohm. Ben Ohm met Ada King. Ada King met Ben Ohm in Paris.';
  expect(related(text, names)).toEqual([
    'Ada King in-contact-with Ben Ohm',
    'Ben Ohm located-in Paris',
    'Ada King located-in Paris',
  ]);
});
