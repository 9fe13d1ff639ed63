import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createExtractor } from '#commands/extraction/extractor';
import { createCitationList } from '#commands/questions/citation-list';
import { givenPassage, passageOfDocument, type SourcePassage } from '#commands/questions/source-passage';
import type { SaidAnswer } from '#domain/question/answering';
import { createExtractiveAnswerer } from '#gpu-runner/models/builtin/answerer/extractive-answerer';
import { readAnswer } from '#gpu-runner/tasks/answer-question';
import { createLogger } from '#platform/log';

/** Over the demo case's own documents: every quotation is what its document holds at its offsets. */
const folder = join(import.meta.dirname, '../../samples/demo-case');
const extractor = createExtractor({ workers: 2, log: createLogger('citations', 'silent') });
const texts = new Map<string, string>();
let passages: SourcePassage[] = [];

beforeAll(async () => {
  const files = readdirSync(folder).filter((name) => /\.(?:pdf|txt)$/i.test(name));
  await Promise.all(
    files.map(async (fileName) => {
      const bytes = readFileSync(join(folder, fileName));
      const { text, passages: spans } = await extractor.extract({ bytes, fileName });
      texts.set(fileName, text);
      passages.push(
        ...spans.map(({ index, start, end }) =>
          passageOfDocument({
            documentId: fileName,
            fileName,
            passageId: `${fileName}.${index}`,
            start,
            end,
            text: text.slice(start, end),
          }),
        ),
      );
    }),
  );
  passages = passages.toSorted((a, b) =>
    a.title < b.title ? -1 : a.title > b.title ? 1 : a.start - b.start,
  );
});
afterAll(() => extractor.close());

const textOf = async (source: SourcePassage['source']) =>
  source.kind === 'document' ? texts.get(source.documentId) : undefined;

/** Some passages, and a question of words that one of them holds. */
const inquiries = fc
  .tuple(
    fc.array(fc.nat(), { minLength: 1, maxLength: 12 }),
    fc.array(fc.nat(), { minLength: 2, maxLength: 6 }),
  )
  .map(([chosen, words]) => {
    const given = chosen.map((number) => passages[number % passages.length] as SourcePassage);
    const vocabulary = given[0]?.text.match(/\p{L}{4,}/gu) ?? ['nothing'];
    const question = words.map((number) => vocabulary[number % vocabulary.length]).join(' ');
    return { given, question };
  });

async function expectExact(said: SaidAnswer, given: readonly SourcePassage[]): Promise<number> {
  const cited = createCitationList(textOf);
  const sentences = await cited.take(said, given);
  expect(cited.refused()).toBe(0);
  for (const { source, start, end, quote } of cited.citations) {
    expect(quote).not.toBe('');
    expect((await textOf(source))?.slice(start, end)).toBe(quote);
  }
  for (const { citations } of sentences) {
    expect(citations.every((number) => cited.citations[number] !== undefined)).toBe(true);
  }
  return cited.citations.length;
}

test('what the built-in model quotes is what stands there', async () => {
  const answerer = createExtractiveAnswerer();
  let quoted = 0;
  await fc.assert(
    fc.asyncProperty(inquiries, async ({ given, question }) => {
      quoted += await expectExact(answerer.answer({ question, passages: given.map(givenPassage) }), given);
    }),
    { numRuns: 300 },
  );
  expect(quoted).toBeGreaterThan(200);
});

test('what a model quotes, with white space of its own, is what stands there', async () => {
  const quotation = fc.record({
    passage: fc.nat(),
    from: fc.nat(),
    length: fc.integer({ min: 20, max: 300 }),
  });
  await fc.assert(
    fc.asyncProperty(
      inquiries,
      fc.array(quotation, { minLength: 1, maxLength: 5 }),
      async ({ given, question }, quotations) => {
        const sentences = quotations.flatMap(({ passage, from, length }) => {
          const number = passage % given.length;
          const text = given[number]?.text ?? '';
          const start = from % text.length;
          const quote = text.slice(start, start + length).replace(/\s+/g, ' \n ');
          if (quote.replace(/["“”'’\s]/g, '').length < 8) return [];
          return [{ text: 'It says so.', citations: [{ passage: number + 1, quote }] }];
        });
        fc.pre(sentences.length > 0);
        const request = { question, passages: given.map(givenPassage) };
        const said = readAnswer({ found: true, sentences }, request);
        expect(said.refusedCitations).toBe(0);
        await expectExact(said, given);
      },
    ),
    { numRuns: 300 },
  );
});

test('a quotation that its document does not hold any more is refused', async () => {
  const [passage] = passages;
  if (!passage) throw new Error('There are no passages.');
  const moved: SourcePassage = { ...passage, start: passage.start + 1 };
  const cited = createCitationList(textOf);
  const said = {
    found: true,
    sentences: [{ text: 'It says so.', citations: [0, 1, 2] }],
    citations: [
      { passage: 0, start: 0, end: 20 },
      { passage: 1, start: 0, end: 20 },
      { passage: 0, start: 0, end: passage.text.length + 1 },
    ],
    refusedCitations: 0,
  };
  expect(await cited.take(said, [passage, moved])).toEqual([{ text: 'It says so.', citations: [0] }]);
  expect(cited.refused()).toBe(2);
});
