import type { RecommendationReason } from '#domain/recommendation/events';
import type { Evidence, Way } from './evidence.ts';
import { type Feature, type Interest, type Knowledge, rarity } from './knowledge.ts';

/** Reasons given with each document; more are not read. */
const mostReasons = 3;

/**
 * Why a document is recommended, the most telling reason first: each is something that can be looked up.
 *
 * @param parts how much each way of looking speaks for it
 */
export function reasonsFor(
  documentId: string,
  parts: ReadonlyMap<Way, number>,
  { interests, knowledge }: Pick<About, 'interests' | 'knowledge'>,
  evidence: Evidence,
): readonly RecommendationReason[] {
  const about = { documentId, interests, knowledge, evidence };
  return [...parts]
    .sort(([, a], [, b]) => b - a)
    .map(([way]) => sayBy[way](about))
    .filter((reason) => reason !== undefined)
    .slice(0, mostReasons);
}

type About = {
  readonly documentId: string;
  readonly interests: readonly Interest[];
  readonly knowledge: Knowledge;
  readonly evidence: Evidence;
};

const sayBy = {
  similar({ documentId, interests, knowledge }: About): RecommendationReason | undefined {
    const alike = (interest: Interest) =>
      Math.max(
        0,
        ...knowledge.similar
          .filter(({ from, to }) => connects(from, to, documentId, interest.documentId))
          .map(({ score }) => score * interest.weight),
      );
    const leading = mostOf(interests, alike);
    if (!leading) return undefined;
    return {
      kind: 'similar',
      words: `Its text is like that of ${named(leading, knowledge)}`,
      documentId: leading.documentId,
    };
  },

  sharing({ documentId, interests, knowledge }: About): RecommendationReason | undefined {
    const shared = mostOf(knowledge.features, (feature) => {
      const here = weightIn(feature, documentId);
      if (here === 0) return 0;
      const leading = leadingIn(feature, interests);
      return leading
        ? here * weightIn(feature, leading.documentId) * rarity(feature, knowledge.total) ** 2
        : 0;
    });
    const leading = shared && leadingIn(shared, interests);
    if (!leading) return undefined;
    const { name } = shared;
    const { documentId: led } = leading;
    const like = named(leading, knowledge);
    return shared.kind === 'entity'
      ? {
          kind: 'shared-entity',
          words: `Names ${name}, as does ${like}`,
          documentId: led,
          entityId: shared.id,
        }
      : { kind: 'shared-topic', words: `Is about ${name}, as is ${like}`, documentId: led, topic: name };
  },

  people({ documentId, interests, knowledge, evidence }: About): RecommendationReason | undefined {
    const who = evidence.kindred.filter(({ likes }) => likes.has(documentId));
    const leading = mostOf(
      interests,
      (interest) => interest.weight * who.filter(({ shared }) => shared.includes(interest.documentId)).length,
    );
    if (!leading) return undefined;
    const users = who.filter(({ shared }) => shared.includes(leading.documentId)).length;
    const people = users === 1 ? 'somebody' : `${users} people`;
    return {
      kind: 'liked-by-others',
      words: `Liked by ${people} who also liked ${named(leading, knowledge)}`,
      documentId: leading.documentId,
      users,
    };
  },

  path({ documentId, interests, knowledge, evidence }: About): RecommendationReason | undefined {
    const [first, second] = evidence.walk.pathTo(documentId) ?? [];
    const leading = interests.find((interest) => interest.documentId === first?.from);
    if (!first || !second || !leading) return undefined;
    const between = knowledge.documents.get(first.to) ?? 'another document';
    return {
      kind: 'path',
      words: `Reached from ${named(leading, knowledge)}, by way of ${first.feature.name}, “${between}” and ${second.feature.name}`,
      documentId: leading.documentId,
      through: [
        { kind: first.feature.kind, id: first.feature.id, name: first.feature.name },
        { kind: 'document', id: first.to, name: between },
        { kind: second.feature.kind, id: second.feature.id, name: second.feature.name },
      ],
    };
  },
};

const connects = (from: string, to: string, a: string, b: string) =>
  (from === a && to === b) || (from === b && to === a);

const weightIn = ({ documents }: Feature, documentId: string): number =>
  documents.find((each) => each.documentId === documentId)?.weight ?? 0;

/** The interest that a feature stands in most. */
const leadingIn = (feature: Feature, interests: readonly Interest[]): Interest | undefined =>
  mostOf(interests, ({ documentId, weight }) => weight * weightIn(feature, documentId));

/** The first of those that score highest; undefined where nothing scores above 0. */
function mostOf<Value>(values: readonly Value[], scoreOf: (value: Value) => number): Value | undefined {
  let found: Value | undefined;
  let most = 0;
  for (const value of values) {
    const score = scoreOf(value);
    if (score > most) [found, most] = [value, score];
  }
  return found;
}

const named = ({ documentId, kind }: Interest, { documents }: Knowledge): string =>
  `“${documents.get(documentId) ?? 'a document'}”, which you ${kind === 'liked' ? 'liked' : 'looked at'}`;
