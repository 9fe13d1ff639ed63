/** The places of a ranking that nDCG looks at. */
const shown = 10;

/**
 * Normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen 2002): a gain counts 1 / log₂(1 + rank)
 * of itself, and 1 is the best order there could be.
 */
export function ndcg(ranking: readonly string[], grades: ReadonlyMap<string, number>): number {
  const gained = (gains: readonly number[]) =>
    gains.slice(0, shown).reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0);
  const ideal = gained([...grades.values()].sort((a, b) => b - a));
  return ideal === 0 ? 0 : gained(ranking.map((id) => grades.get(id) ?? 0)) / ideal;
}

/** The share of what is relevant that the first places hold. */
export function recall(
  ranking: readonly string[],
  grades: ReadonlyMap<string, number>,
  places: number,
): number {
  const relevant = [...grades].filter(([, grade]) => grade > 0).map(([id]) => id);
  const found = new Set(ranking.slice(0, places));
  return relevant.filter((id) => found.has(id)).length / Math.max(1, relevant.length);
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
