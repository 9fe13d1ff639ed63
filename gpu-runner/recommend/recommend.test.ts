import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recommendationReasonSchema } from '#domain/recommendation/events';
import { interestsIn } from './interests.ts';
import type { Feature, Interest, Knowledge } from './knowledge.ts';
import { type RecommendationInput, recommend } from './recommend.ts';

const documentIds = Array.from({ length: 9 }, (_, index) => `d${index}`);
const anyDocument = fc.constantFrom(...documentIds);
const somePart = fc.double({ min: 0.01, max: 1, noNaN: true });

const someFeature: fc.Arbitrary<Feature> = fc
  .record({
    kind: fc.constantFrom('entity' as const, 'topic' as const),
    id: fc.constantFrom('acme', 'lease', 'ben', 'paris'),
    documents: fc.uniqueArray(fc.record({ documentId: anyDocument, weight: somePart }), {
      selector: ({ documentId }) => documentId,
      minLength: 1,
    }),
  })
  .map(({ kind, id, documents }) => ({ kind, id, name: id.toUpperCase(), documents }));

/** `d8` was withdrawn: it is in edges that are still there, and not among the documents. */
const someKnowledge: fc.Arbitrary<Knowledge> = fc
  .record({
    features: fc.uniqueArray(someFeature, { selector: ({ kind, id }) => kind + id, maxLength: 8 }),
    similar: fc
      .array(fc.record({ from: anyDocument, to: anyDocument, score: somePart }), { maxLength: 12 })
      .map((all) => all.filter(({ from, to }) => from !== to)),
    likes: fc.uniqueArray(
      fc.record({ userId: fc.constantFrom('ada', 'ben', 'cy', 'di'), documentId: anyDocument }),
      { selector: ({ userId, documentId }) => userId + documentId, maxLength: 15 },
    ),
  })
  .map((drawn) => ({
    ...drawn,
    total: 9,
    documents: new Map(documentIds.slice(0, 8).map((id) => [id, `${id}.pdf`])),
  }));

const someInterests: fc.Arbitrary<readonly Interest[]> = fc
  .uniqueArray(fc.record({ documentId: anyDocument, liked: fc.boolean() }), {
    selector: ({ documentId }) => documentId,
    maxLength: 4,
  })
  .map((seen) => interestsIn(seen.map((each, index) => ({ ...each, position: BigInt(index) }))));

const someInput: fc.Arbitrary<RecommendationInput> = fc.record({
  userId: fc.constant('ada'),
  interests: someInterests,
  excluded: fc.uniqueArray(anyDocument, { maxLength: 3 }).map((ids) => new Set(ids)),
  knowledge: someKnowledge,
  limit: fc.integer({ min: 1, max: 10 }),
});

test('nothing seen, dismissed or withdrawn is recommended, and nothing twice', () => {
  fc.assert(
    fc.property(someInput, (input) => {
      const ids = recommend(input).map(({ documentId }) => documentId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeLessThanOrEqual(input.limit);
      for (const id of ids) {
        expect(input.excluded.has(id)).toBe(false);
        expect(input.interests.some(({ documentId }) => documentId === id)).toBe(false);
        expect(input.knowledge.documents.has(id)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('the same is recommended again, the best first', () => {
  fc.assert(
    fc.property(someInput, (input) => {
      const first = recommend(input);
      expect(recommend(structuredClone(input))).toEqual(first);
      const scores = first.map(({ score }) => score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      for (const score of scores) expect(score > 0 && score <= 1).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('each recommendation has a reason, and every reason is true', () => {
  fc.assert(
    fc.property(someInput, (input) => {
      for (const { documentId, reasons } of recommend(input)) {
        expect(reasons.length).toBeGreaterThan(0);
        for (const reason of reasons) expectTrue(documentId, recommendationReasonSchema.parse(reason), input);
      }
    }),
    { numRuns: 1000 },
  );
});

type Reason = ReturnType<typeof recommendationReasonSchema.parse>;

/** What a reason says can be found in what is known. */
function expectTrue(
  documentId: string,
  reason: Reason,
  { userId, interests, knowledge }: RecommendationInput,
) {
  const { features, similar, likes } = knowledge;
  const leading = interests.find((interest) => interest.documentId === reason.documentId);
  expect(leading).toBeDefined();
  expect(reason.words).toContain(leading?.kind === 'liked' ? 'which you liked' : 'which you looked at');
  const own = leading?.documentId ?? '';
  const naming = (kind: string, id: string | undefined, ...ids: string[]) => {
    const feature = features.find(
      (each) => each.kind === kind && each.id.toLowerCase() === id?.toLowerCase(),
    );
    const names = new Set(feature?.documents.map((each) => each.documentId));
    expect(ids.every((each) => names.has(each))).toBe(true);
  };
  switch (reason.kind) {
    case 'similar':
      expect(
        similar.some(
          ({ from, to }) => (from === own && to === documentId) || (to === own && from === documentId),
        ),
      ).toBe(true);
      return;
    case 'shared-entity':
      return naming('entity', reason.entityId, own, documentId);
    case 'shared-topic':
      return naming('topic', reason.topic, own, documentId);
    case 'liked-by-others': {
      const likedBy = (id: string) =>
        new Set(likes.filter((like) => like.documentId === id).map((like) => like.userId));
      const both = likedBy(own).intersection(likedBy(documentId));
      both.delete(userId);
      expect(reason.users).toBe(both.size);
      expect(both.size).toBeGreaterThan(0);
      return;
    }
    case 'path': {
      const [first, between, second] = reason.through ?? [];
      const middle = between?.id ?? '';
      expect(new Set([own, middle, documentId]).size).toBe(3);
      expect([first?.kind, first?.id]).not.toEqual([second?.kind, second?.id]);
      naming(first?.kind ?? '', first?.id, own, middle);
      naming(second?.kind ?? '', second?.id, middle, documentId);
    }
  }
}

test('somebody who has shown no interest yet gets nothing, whatever others like', () => {
  fc.assert(
    fc.property(someInput, (input) => {
      expect(recommend({ ...input, interests: [] })).toEqual([]);
    }),
  );
});

const knowledge: Knowledge = {
  total: 6,
  documents: new Map(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => [id, `${id}.pdf`])),
  features: [
    {
      kind: 'entity',
      id: 'acme',
      name: 'Acme',
      documents: ['a', 'b'].map((documentId) => ({ documentId, weight: 1 })),
    },
    {
      kind: 'topic',
      id: 'lease',
      name: 'lease',
      documents: ['b', 'c'].map((documentId) => ({ documentId, weight: 1 })),
    },
  ],
  similar: [{ from: 'd', to: 'a', score: 0.9 }],
  likes: [
    { userId: 'ben', documentId: 'a' },
    { userId: 'ben', documentId: 'e' },
    { userId: 'cy', documentId: 'f' },
  ],
};

test('each way of looking finds its own, and says so', () => {
  const interests = interestsIn([{ documentId: 'a', liked: true, position: 1n }]);
  const found = recommend({ userId: 'ada', interests, excluded: new Set(), knowledge, limit: 10 });
  const reasons = Object.fromEntries(
    found.map(({ documentId, reasons: [first] }) => [documentId, first?.words]),
  );
  expect(reasons).toEqual({
    b: 'Names Acme, as does “a.pdf”, which you liked',
    c: 'Reached from “a.pdf”, which you liked, by way of Acme, “b.pdf” and lease',
    d: 'Its text is like that of “a.pdf”, which you liked',
    e: 'Liked by somebody who also liked “a.pdf”, which you liked',
  });
});
