/** Remembers which keys were ever written, in a fixed amount of memory: it may take others for them, never forget one. */
export type KnownKeys = {
  add(part: string, key: string): void;
  /** False: certainly never added. */
  mayHave(part: string, key: string): boolean;
};

/** 4 MiB: with three million keys, one in a hundred others is taken for one of them, and only costs a look-up. */
const bits = 2 ** 25;
const probes = 4;

/**
 * A Bloom filter (Bloom 1970, with Kirsch and Mitzenmacher's two hashes for all probes). In a generation that was empty
 * when the fill began, it saves looking up entries that cannot be there.
 */
export function createKnownKeys(): KnownKeys {
  const words = new Uint32Array(bits / 32);
  let first = 0;
  let second = 0;

  /** FNV-1a over UTF-16 code units, from two beginnings. */
  function hash(part: string, key: string): void {
    first = 0x811c9dc5;
    second = 0x9e3779b9;
    for (const text of [part, '\0', key]) {
      for (let at = 0; at < text.length; at++) {
        const unit = text.charCodeAt(at);
        first = Math.imul(first ^ unit, 0x01000193);
        second = Math.imul(second ^ unit, 0x85ebca6b);
      }
    }
    // The low bits of a product know little of the high bits of what went in.
    first ^= first >>> 15;
    second = (second ^ (second >>> 13)) | 1;
  }

  return {
    add(part, key) {
      hash(part, key);
      for (let probe = 0; probe < probes; probe++) {
        const bit = ((first + Math.imul(probe, second)) >>> 0) % bits;
        words[bit >>> 5] = (words[bit >>> 5] ?? 0) | (1 << (bit & 31));
      }
    },
    mayHave(part, key) {
      hash(part, key);
      for (let probe = 0; probe < probes; probe++) {
        const bit = ((first + Math.imul(probe, second)) >>> 0) % bits;
        if (((words[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
      }
      return true;
    },
  };
}
