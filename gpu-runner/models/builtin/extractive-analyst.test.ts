import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DocumentAnalysis, EntityKind } from '../model.ts';
import { createExtractiveAnalyst, mostCharacters } from './extractive-analyst.ts';

const analyst = createExtractiveAnalyst();
const analyse = (text: string) => analyst.analyse({ text, passages: [] });
const namesOf = ({ entities }: DocumentAnalysis, kind: EntityKind) =>
  entities.filter((entity) => entity.kind === kind).map(({ name }) => name);

const letter = `CONSULTING AGREEMENT

This Consulting Agreement is made on 1 May 2019 by and between Aduro Biotech, Inc., a Delaware corporation ("Aduro"), and
Dr. Andrea van Elsas of Lakeville, Minnesota. Aduro shall pay Ms. Maria Lopez $1,200 each month under the Companies
Act 2006. ADURO BIOTECH INC may write to maria@example.org. Lopez said that Aduro was founded in Berkeley, California.`;

/** Everything the model promises about places in the text. */
function expectExactSpans(text: string, { summary, entities, topics }: DocumentAnalysis): void {
  for (const { start, end, text: quoted } of summary.sentences) expect(text.slice(start, end)).toBe(quoted);
  const taken: [number, number][] = [];
  for (const { name, mentions } of entities) {
    expect(name).not.toBe('');
    expect(mentions.length).toBeGreaterThan(0);
    for (const { start, end } of mentions) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeGreaterThan(start);
      expect(end).toBeLessThanOrEqual(text.length);
      taken.push([start, end]);
    }
    const forms = mentions.map(({ start, end }) => text.slice(start, end).replace(/\s+/g, ' ').trim());
    expect(forms).toContain(name);
  }
  taken.sort((a, b) => a[0] - b[0]);
  for (const [at, [start]] of taken.entries()) expect(start).toBeGreaterThanOrEqual(taken[at - 1]?.[1] ?? 0);
  for (const { label, score } of topics) {
    expect(label).not.toBe('');
    expect(score).toBeGreaterThan(0);
    expect(score).toBeLessThanOrEqual(1);
  }
}

describe('casefold-extractive', () => {
  it('finds each kind of entity, and gathers the ways a name is written', async () => {
    const found = await analyse(letter);
    expectExactSpans(letter, found);
    expect(namesOf(found, 'organisation')).toEqual(['Aduro Biotech, Inc.']);
    expect(found.entities.find(({ kind }) => kind === 'organisation')?.mentions).toHaveLength(5);
    expect(namesOf(found, 'person')).toEqual(['Maria Lopez', 'Andrea van Elsas']);
    expect(found.entities.find(({ name }) => name === 'Maria Lopez')?.mentions).toHaveLength(2);
    expect(namesOf(found, 'place')).toEqual(
      expect.arrayContaining(['Lakeville', 'Minnesota', 'Berkeley', 'California']),
    );
    expect(namesOf(found, 'law')).toEqual(['Companies Act 2006']);
    expect(namesOf(found, 'email')).toEqual(['maria@example.org']);
    expect(found.entities.filter(({ kind }) => kind === 'date' || kind === 'amount')).toMatchObject([
      { kind: 'date', normalised: '2019-05-01' },
      { kind: 'amount', normalised: 'USD 1200.00' },
    ]);
  });

  it('believes what a document defines over what the words look like', async () => {
    const text =
      'Cherry Hill Mortgage Corp. ("Cherry Hill") lends. Cherry Hill pays the fee. The loan of Cherry Hill ends.';
    const { entities } = await analyse(text);
    expect(entities.map(({ kind, mentions }) => [kind, mentions.length])).toEqual([['organisation', 4]]);
  });

  it('quotes the sentence that says what a document is', async () => {
    const { summary } = await analyse(letter);
    expect(summary.sentences[0]?.text).toMatch(/^This Consulting Agreement is made on 1 May 2019/);
  });

  it('takes no defined term, heading or form label for a name', async () => {
    const text = `NOTICES AND GENERAL PROVISIONS\nThe Receiving Party shall notify the Disclosing Party. Additional Services are priced
      in Exhibit B. Name: Title: Date:\nThe Effective Date and the Term are defined. A receiving party may give services and date them.`;
    const found = await analyse(text);
    for (const kind of ['person', 'organisation', 'place'] as const) expect(namesOf(found, kind)).toEqual([]);
  });

  it('summarises a real contract in three to five exact quotations', async () => {
    const file = 'Telcostar and Ability Computer - Services Agreement (2019).txt';
    const text = readFileSync(new URL(`../../../samples/demo-case/${file}`, import.meta.url), 'utf8');
    const found = await analyse(text);
    expectExactSpans(text, found);
    expect(found.summary.sentences.length).toBeGreaterThanOrEqual(3);
    expect(found.summary.sentences.length).toBeLessThanOrEqual(5);
    expect(found.summary.sentences[0]?.text).toMatch(/^This Services Agreement/);
    expect(namesOf(found, 'organisation')).toContain('Ability Computer & Software Industries Ltd');
    expect(namesOf(found, 'person')).toContain('Avi Levin');
    expect(found.capped).toBeUndefined();
  });

  const piece = fc.constantFrom(
    ...[
      'Acme',
      'Inc.',
      'of',
      'the',
      'Bank',
      'Mr.',
      'John',
      'Smith',
      '$',
      '1,000',
      'May',
      '2019',
      'Act',
      '§',
      '"',
      '(',
      ')',
      "'s",
    ],
    ...[
      '\n',
      '\n\n',
      '  ',
      '\t',
      ',',
      '.',
      '&',
      '-',
      '/',
      'x@y.org',
      'http://a.b/c',
      'ＡＢＣ',
      'ﬁn',
      'İ',
      '😀',
      '\ud800',
      '\0',
      '契約',
    ],
  );
  it.each([
    ['any characters', fc.string({ unit: 'binary', maxLength: 400 })],
    ['pieces of names, dates and laws', fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(' '))],
    ['the same, run together', fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''))],
  ])('keeps its spans exact for %s', async (_what, texts) => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => expectExactSpans(text, await analyse(text))),
      { numRuns: 150 },
    );
  });

  it.each([
    ['one endless word', 'a'],
    ['capitals', 'A'],
    ['capitalised words', 'Alpha '],
    ['initials', 'A. '],
    ['open brackets', '('],
    ['quotes', '"A '],
    ['full stops', '. '],
    ['digits', '1'],
    ['digit groups', '1,000'],
    ['at signs', 'a@'],
    ['dots and letters', 'a.'],
    ['laws', 'Section 5 of the Foo Act '],
    ['line breaks', '\n'],
    ['spaces', ' '],
    ['sentences', 'The parties agree to pay. '],
    ['dollars', '$1 '],
    ['apostrophes', "A's "],
    ['base64', 'QUJD'],
  ])('stays quick on 100,000 characters of %s', async (_what, unit) => {
    const text = unit.repeat(Math.ceil(100_000 / unit.length));
    const started = performance.now();
    const found = await analyse(text);
    // A second or less; anything quadratic takes minutes, and the margin is for a busy machine.
    expect(performance.now() - started).toBeLessThan(15_000);
    expectExactSpans(text, found);
  });

  it('says so when a text is too long to be read whole', async () => {
    const found = await analyse(`Short. ${' '.repeat(mostCharacters)}`);
    expect(found.capped).toEqual({
      analysedCharacters: mostCharacters,
      totalCharacters: mostCharacters + 7,
      omittedEntities: 0,
    });
  });

  it('gives the same answer twice, and stops when told', async () => {
    expect(await analyse(letter)).toEqual(await analyse(letter));
    const stopped = analyst.analyse({ text: letter, passages: [] }, AbortSignal.abort(new Error('enough')));
    await expect(stopped).rejects.toThrow('enough');
  });
});
