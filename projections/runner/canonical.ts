import { createHash } from 'node:crypto';

/**
 * JSON with sorted keys and without what has no value: one engine keeps a property that is null, the other does not.
 * Bigints are text.
 */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return String(inner);
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    const present = Object.entries(inner).filter(([, each]) => each !== null && each !== undefined);
    return Object.fromEntries(present.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** SHA-256, in hexadecimal, of an entry's canonical JSON: equal content has equal hashes. */
export const contentHash = (entry: object): string =>
  createHash('sha256').update(canonical(entry)).digest('hex');
