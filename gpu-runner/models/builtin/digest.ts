import { createHash } from 'node:crypto';

/**
 * Names a built-in model's behaviour: the SHA-256 (hex) of its parameters and tables. Parts are length-prefixed, so
 * moving a character from one part to the next changes the digest.
 */
export function behaviourDigest(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}
