import { add, type Feature, type Interest, type Knowledge, rarity, type Scores } from './knowledge.ts';

/** From a document over a feature to the next one. */
export type Step = { readonly from: string; readonly feature: Feature; readonly to: string };

/** How near documents are over several steps of the graph, and the way there. */
export type Walk = {
  readonly scores: Scores;
  /** The likeliest way of two steps from an interest to a document; undefined where there is none. */
  pathTo(documentId: string): readonly [Step, Step] | undefined;
};

type Link = { readonly feature: Feature; readonly share: number };

/**
 * Random walks over document, entity or topic, document, entity or topic, document, from what a person is interested
 * in: how likely one ends at each document. A step prefers what a document is much about and what is rare, and is spread
 * over all that name it, so that what everything names leads nowhere in particular.
 */
export function walkFrom(interests: readonly Interest[], { features, total }: Knowledge): Walk {
  const links = linksOf(features, total);
  const start = new Map(interests.map(({ documentId, weight }) => [documentId, weight]));
  const near = stepOn(start, links);
  const middle = new Map([...near].filter(([documentId]) => !start.has(documentId)));
  const scores = stepOn(middle, links);

  /** The likeliest step to a document from one of those where a walk may be. */
  function lastStep(at: Scores, to: string): Step | undefined {
    let found: Step | undefined;
    let most = 0;
    for (const { feature, share: onwards } of links.get(to) ?? []) {
      if (onwards === 0) continue;
      const arrive = shareOf(feature, to);
      for (const { documentId: from } of feature.documents) {
        const mass = at.get(from);
        if (mass === undefined || from === to) continue;
        const leave = links.get(from)?.find((link) => link.feature === feature)?.share ?? 0;
        const likely = mass * leave * arrive;
        if (likely > most) [found, most] = [{ from, feature, to }, likely];
      }
    }
    return found;
  }

  return {
    scores,
    pathTo(documentId) {
      const second = lastStep(middle, documentId);
      const first = second && lastStep(start, second.from);
      return second && first && [first, second];
    },
  };
}

/** Of each document its features, with the share of walks that go on over each. */
function linksOf(features: readonly Feature[], total: number): ReadonlyMap<string, readonly Link[]> {
  const all = new Map<string, { feature: Feature; share: number }[]>();
  for (const feature of features) {
    const rare = rarity(feature, total);
    for (const { documentId, weight } of feature.documents) {
      const links = all.get(documentId) ?? [];
      links.push({ feature, share: weight * rare });
      all.set(documentId, links);
    }
  }
  for (const links of all.values()) {
    const sum = links.reduce((so, { share }) => so + share, 0);
    for (const link of links) link.share /= sum;
  }
  return all;
}

const shareOf = ({ documents }: Feature, documentId: string): number => {
  const weight = documents.find((each) => each.documentId === documentId)?.weight ?? 0;
  return weight / documents.reduce((sum, each) => sum + each.weight, 0);
};

function stepOn(at: Scores, links: ReadonlyMap<string, readonly Link[]>): Map<string, number> {
  const overFeatures = new Map<Feature, number>();
  for (const [documentId, mass] of at)
    for (const { feature, share } of links.get(documentId) ?? [])
      overFeatures.set(feature, (overFeatures.get(feature) ?? 0) + mass * share);
  const next = new Map<string, number>();
  for (const [{ documents }, mass] of overFeatures) {
    const sum = documents.reduce((so, { weight }) => so + weight, 0);
    for (const { documentId, weight } of documents) add(next, documentId, (mass * weight) / sum);
  }
  return next;
}
