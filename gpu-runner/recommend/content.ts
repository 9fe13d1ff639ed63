import { add, type Interest, type Knowledge, rarity, type Scores } from './knowledge.ts';

/** How alike documents are, by their texts, to those a person is interested in. */
export function similarTo(interests: readonly Interest[], { similar }: Knowledge): Scores {
  const weights = new Map(interests.map(({ documentId, weight }) => [documentId, weight]));
  const scores = new Map<string, number>();
  const alike = new Map<string, number>();
  // A pair may have been found from both its ends; it counts once, as the better of the two.
  for (const { from, to, score } of similar) {
    const pair = from < to ? `${from}\0${to}` : `${to}\0${from}`;
    alike.set(pair, Math.max(alike.get(pair) ?? 0, score));
  }
  for (const [pair, score] of alike) {
    const [a = '', b = ''] = pair.split('\0');
    for (const [known, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const weight = weights.get(known);
      if (weight !== undefined) add(scores, other, weight * score);
    }
  }
  return scores;
}

/**
 * How much documents name the same entities and topics as those a person is interested in: the cosine between tf-idf
 * vectors of features, that of the person being the weighted sum of their documents' unit vectors.
 */
export function sharingWith(interests: readonly Interest[], { features, total }: Knowledge): Scores {
  const squares = new Map<string, number>();
  for (const feature of features) {
    const rare = rarity(feature, total);
    for (const { documentId, weight } of feature.documents) add(squares, documentId, (weight * rare) ** 2);
  }
  const interest = new Map(interests.map(({ documentId, weight }) => [documentId, weight]));
  const scores = new Map<string, number>();
  for (const feature of features) {
    const rare = rarity(feature, total);
    let profile = 0;
    const unit = (documentId: string, weight: number) =>
      (weight * rare) / Math.sqrt(squares.get(documentId) ?? 1);
    for (const { documentId, weight } of feature.documents)
      profile += (interest.get(documentId) ?? 0) * unit(documentId, weight);
    if (profile === 0) continue;
    for (const { documentId, weight } of feature.documents)
      add(scores, documentId, profile * unit(documentId, weight));
  }
  return scores;
}
