import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLexicalEmbedder } from './lexical-embedder.ts';

const model = createLexicalEmbedder();

const cosine = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

async function similarity(first: string, second: string): Promise<number> {
  const [a, b] = await model.embed([first, second], 'document');
  if (a === undefined || b === undefined) throw new Error('the model answered fewer vectors than texts');
  return cosine(a, b);
}

describe('casefold-lexical-768', () => {
  it('answers one vector of unit length per text, whatever the text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 5 }),
        async (texts) => {
          const vectors = await model.embed(texts, 'document');
          expect(vectors).toHaveLength(texts.length);
          for (const vector of vectors) {
            expect(vector).toHaveLength(768);
            expect(Math.sqrt(cosine(vector, vector))).toBeCloseTo(1, 5);
          }
        },
      ),
    );
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n\t'],
    ['punctuation only', '...'],
    ['stop words only', 'the of and'],
    ["names of JavaScript's own properties", 'constructor __proto__ hasOwnProperty'],
    ['a script without spaces', '契約書'],
    ['one enormous word', 'a'.repeat(100_000)],
    ['a great many words', Array.from({ length: 20_000 }, (_, at) => `w${at}`).join(' ')],
  ])('embeds %s', async (_what, text) => {
    expect(await similarity(text, text)).toBeCloseTo(1, 5);
  });

  it('sees the same words in other forms as the same', async () => {
    const contract = 'The supplier shall indemnify the distributor against liabilities';
    const inflected = 'Suppliers shall be indemnifying DISTRIBUTORS against a liability';
    expect(await similarity(contract, inflected)).toBeGreaterThan(0.5);
  });

  it('puts a related passage nearer than an unrelated one', async () => {
    const question = 'termination of the distribution agreement';
    const related = 'Either party may terminate this distributor agreement with ninety days notice.';
    const unrelated = 'The golfer wears branded clothing at every tournament on television.';
    expect(await similarity(question, related)).toBeGreaterThan(
      (await similarity(question, unrelated)) + 0.1,
    );
  });

  it('gives the same vector on every machine, and in every batch', async () => {
    const text = 'Postmasters seek full and fair financial redress.';
    const [alone] = await model.embed([text], 'document');
    const [, amongOthers] = await model.embed(['Another text comes first.', text, 'and one after'], 'query');
    expect(amongOthers).toEqual(alone);
    const strongest = [...(alone ?? [])]
      .map((value, at) => ({ at, value }))
      .filter(({ value }) => Math.abs(value) > 0.3);
    expect(strongest.map(({ at, value }) => [at, Number(value.toFixed(4))])).toMatchInlineSnapshot(`
      [
        [
          256,
          0.4101,
        ],
        [
          287,
          -0.3962,
        ],
        [
          379,
          0.3222,
        ],
        [
          482,
          -0.3005,
        ],
        [
          587,
          -0.3092,
        ],
        [
          671,
          -0.4632,
        ],
      ]
    `);
  });

  it('names itself by its behaviour', async () => {
    expect(model.identity).toMatchObject({ name: 'casefold-lexical-768', version: '1', kind: 'built-in' });
    expect((await model.identify()).digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('refuses a batch over its limit, and stops when told', async () => {
    await expect(model.embed(Array<string>(1025).fill('x'), 'document')).rejects.toThrow(/at most 1024/);
    await expect(model.embed(['x'], 'document', AbortSignal.abort(new Error('enough')))).rejects.toThrow(
      'enough',
    );
  });
});
