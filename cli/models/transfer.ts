/** How far a transfer of several layers has come. */
export type TransferProgress = {
  /** From 0 to 1, of the bytes known so far. */
  readonly share: number;
  readonly totalBytes: number;
  /** By the mean rate since it began; undefined until there is one. */
  readonly remainingSeconds: number | undefined;
};

/**
 * Counts the bytes of layers as they come.
 *
 * @param now milliseconds
 */
export function createTransfer(now: () => number) {
  const layers = new Map<string, { total: number; completed: number }>();
  /** What was there when it was first heard of: a transfer that goes on where it was broken off. */
  let first: { at: number; bytes: number } | undefined;
  const sum = (what: 'total' | 'completed') =>
    layers.values().reduce((bytes, layer) => bytes + layer[what], 0);
  return {
    note(layer: string, total: number, completed: number) {
      layers.set(layer, { total, completed });
      first ??= { at: now(), bytes: sum('completed') };
    },
    progress(): TransferProgress {
      const [total, completed] = [sum('total'), sum('completed')];
      const seconds = first ? (now() - first.at) / 1000 : 0;
      const bytes = completed - (first?.bytes ?? 0);
      return {
        share: total === 0 ? 0 : completed / total,
        totalBytes: total,
        remainingSeconds: bytes > 0 && seconds > 0 ? ((total - completed) * seconds) / bytes : undefined,
      };
    },
  };
}
