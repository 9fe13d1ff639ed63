import { expect, test } from 'vitest';
import type { Article } from '#domain/question/events';
import { mostRankedTexts, rankTextsRequestSchema, rankTextsSubject } from '#domain/question/retrieval';
import { createMemoryBus } from '#engines/bus/memory-bus';
import type { BlobStore } from '#platform/ports';
import { articlePassages } from './article-passages.ts';

const article = (articleId: string): Article => ({
  articleId,
  url: `https://news.example/${articleId}`,
  title: articleId,
  fetchedAt: '2026-01-01T10:00:00.000Z',
  raw: { sha256: articleId, size: 1, mediaType: 'text/html' },
  text: { sha256: articleId, characters: 1 },
});

/** What a ranker that finds the last text of all the likest is asked, and the passages that come of it. */
async function rank(texts: Readonly<Record<string, string>>, question = 'When?') {
  const blobs = {
    readBytes: async (sha256: string) => new TextEncoder().encode(texts[sha256]),
  } as Partial<BlobStore> as BlobStore;
  const bus = createMemoryBus({ onError: (error) => expect.unreachable(String(error)) });
  const asked: string[][] = [];
  await bus.respond(rankTextsSubject, { queue: 'runner' }, (data) => {
    const request = rankTextsRequestSchema.parse(data);
    asked.push(request.texts);
    return { ranked: [...request.texts.keys()].reverse() };
  });
  const articles = Object.keys(texts).map(article);
  const passages = await articlePassages({ bus, blobs }, articles, question, new AbortController().signal);
  await bus.close();
  return { asked, passages };
}

/** A text of so many passages of so many characters, each beginning with its number. */
const text = (passages: number, characters: number, fill: string) =>
  Array.from({ length: passages }, (_, index) => `${index} `.padEnd(characters, fill)).join('\n\n');

test.each([
  ['Latin', 'a'],
  ['Cyrillic', 'ж'],
  ['Chinese', '法'],
  ['quotation marks, which JSON doubles', '"'],
])('articles in %s fit in one message, however long they are', async (_, fill) => {
  const { asked, passages } = await rank({ long: text(600, 1800, fill) }, '法'.repeat(2000));
  expect(asked).toHaveLength(1);
  expect(asked[0]?.length).toBeGreaterThan(150);
  expect(asked[0]?.length).toBeLessThanOrEqual(mostRankedTexts);
  expect(passages).toHaveLength(6);
  expect(passages[0]?.text).toBe(asked[0]?.at(-1));
});

test.each([
  ['number', 1200, 'a'],
  ['bytes', 1800, '法'],
])(
  'a long article leaves room for those after it, where the %s of passages is capped',
  async (_, characters, fill) => {
    const [long, other, short] = [
      text(600, characters, fill),
      text(600, characters, `-${fill}`),
      text(2, characters, `+${fill}`),
    ];
    const { asked, passages } = await rank({ long, other, short });
    const [texts = []] = asked;
    const taken = [long, other, short].map((each) => {
      const own = texts.filter((passage) => each.includes(passage));
      // The beginning of it, in its own order.
      expect(each.split('\n\n').slice(0, own.length)).toEqual(own);
      return own.length;
    });
    expect(taken[2]).toBe(2);
    expect(taken[0]).toBeGreaterThan(80);
    expect(Math.abs((taken[0] ?? 0) - (taken[1] ?? 0))).toBeLessThanOrEqual(1);
    // Each is still known for what it is, though they are asked for in another order.
    for (const { source, text: words } of passages) {
      const of = source.kind === 'article' ? source.articleId : '';
      expect({ long, other, short }[of]).toContain(words);
    }
  },
);

test('short articles are read whole', async () => {
  const { asked } = await rank({ one: text(3, 1200, 'a'), other: text(2, 1200, 'ж') });
  expect(asked[0]).toHaveLength(5);
});

test('without a word there is nothing to rank', async () => {
  expect(await rank({ empty: '' })).toEqual({ asked: [], passages: [] });
});
