import { browser } from '$app/env';

let reached = 0n;

/**
 * The furthest place in the log this tab has written or heard of. Reads send it along, so a person sees the own write.
 * Kept in the browser only: the server renders for many people at once.
 */
export const position = {
  /** @param digits a position as decimal digits */
  reach(digits: string): void {
    if (!browser) return;
    const value = BigInt(digits);
    if (value > reached) reached = value;
  },
  header(): Record<string, string> {
    return reached > 0n ? { 'X-Casefold-Position': String(reached) } : {};
  },
};
