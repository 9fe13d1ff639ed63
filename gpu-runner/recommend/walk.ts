import { add, type Feature, type Interest, type Knowledge, rarity, type Scores } from './knowledge.ts';

/** From a document over a feature to the next one. */
export type Step = { readonly from: string; readonly feature: Feature; readonly to: string };

/** How near documents are over several steps of the graph, and the way there. */
export type Walk = {
  readonly scores: Scores;
  /** The likeliest way of two steps over different features from an interest to a document, if there is one. */
  pathTo(documentId: string): readonly [Step, Step] | undefined;
};

/** Of a document and a feature: the share of walks that leave over it, and of those on it the share that arrive. */
type Link = { readonly leave: number; readonly arrive: number };
type Links = ReadonlyMap<string, ReadonlyMap<Feature, Link>>;

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

  /** The likeliest first steps to a document, each over another feature; two are enough to have one to choose. */
  const firstStepsTo = remembered((to: string): readonly Likely[] => {
    const steps = [...(links.get(to) ?? [])].flatMap(([feature, { arrive }]): Likely[] => {
      let most: Likely | undefined;
      for (const { documentId: from } of feature.documents) {
        const likely = (start.get(from) ?? 0) * (links.get(from)?.get(feature)?.leave ?? 0) * arrive;
        if (likely > (most?.likely ?? 0)) most = { step: { from, feature, to }, likely };
      }
      return most ? [most] : [];
    });
    return steps.sort((x, y) => y.likely - x.likely).slice(0, 2);
  });

  return {
    scores,
    pathTo(to) {
      let path: readonly [Step, Step] | undefined;
      let most = 0;
      for (const [feature, { arrive }] of links.get(to) ?? []) {
        for (const { documentId: from } of feature.documents) {
          if (from === to || !middle.has(from)) continue;
          // Out and back over the same says no more than that both name it.
          const first = firstStepsTo(from).find(({ step }) => step.feature !== feature);
          const likely = (first?.likely ?? 0) * (links.get(from)?.get(feature)?.leave ?? 0) * arrive;
          if (first && likely > most) [path, most] = [[first.step, { from, feature, to }], likely];
        }
      }
      return path;
    },
  };
}

type Likely = { readonly step: Step; readonly likely: number };

/** A function that works out each answer once. */
function remembered<Value>(of: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    const value = known.get(key) ?? of(key);
    known.set(key, value);
    return value;
  };
}

function linksOf(features: readonly Feature[], total: number): Links {
  const leaving = new Map<string, number>();
  for (const feature of features)
    for (const { documentId, weight } of feature.documents)
      add(leaving, documentId, weight * rarity(feature, total));
  const links = new Map<string, Map<Feature, Link>>();
  for (const feature of features) {
    const rare = rarity(feature, total);
    const arriving = feature.documents.reduce((sum, { weight }) => sum + weight, 0);
    for (const { documentId, weight } of feature.documents) {
      const leave = (weight * rare) / (leaving.get(documentId) ?? 1);
      const ofDocument = links.get(documentId) ?? new Map<Feature, Link>();
      links.set(documentId, ofDocument.set(feature, { leave, arrive: weight / arriving }));
    }
  }
  return links;
}

function stepOn(at: Scores, links: Links): Map<string, number> {
  const over = new Map<Feature, number>();
  for (const [documentId, mass] of at)
    for (const [feature, { leave }] of links.get(documentId) ?? [])
      over.set(feature, (over.get(feature) ?? 0) + mass * leave);
  const next = new Map<string, number>();
  for (const [feature, mass] of over)
    for (const { documentId } of feature.documents)
      add(next, documentId, mass * (links.get(documentId)?.get(feature)?.arrive ?? 0));
  return next;
}
