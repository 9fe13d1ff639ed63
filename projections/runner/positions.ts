/** The lowest of some positions; -1, before everything, of none. */
export const lowestPosition = (positions: readonly bigint[]): bigint =>
  positions.toSorted((a, b) => (a < b ? -1 : 1))[0] ?? -1n;

/** The highest of some positions; -1 of none. */
export const highestPosition = (positions: readonly bigint[]): bigint =>
  positions.toSorted((a, b) => (a < b ? 1 : -1))[0] ?? -1n;
