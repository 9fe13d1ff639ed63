/**
 * Counts 32-bit term hashes of one text: an open-addressed table that is emptied in constant time by moving to a new
 * generation, because a fresh Map per text costs more than the rest of the embedding.
 */
export class TermCounts {
  #keys = new Uint32Array(1024);
  #weights = new Float64Array(1024);
  #counts = new Uint32Array(1024);
  #generations = new Uint32Array(1024);
  #generation = 0;
  #slots: number[] = [];

  clear(): void {
    this.#slots.length = 0;
    this.#generation += 1;
    if (this.#generation > 0xffff_ffff) {
      this.#generations.fill(0);
      this.#generation = 1;
    }
  }

  /** Counts one more occurrence of a term; `weight` is kept from the first. */
  add(hash: number, weight: number): void {
    const key = hash >>> 0;
    if (this.#slots.length * 2 > this.#keys.length) this.#grow();
    const slot = this.#slotOf(key);
    if (this.#generations[slot] === this.#generation) {
      this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
      return;
    }
    this.#generations[slot] = this.#generation;
    this.#keys[slot] = key;
    this.#weights[slot] = weight;
    this.#counts[slot] = 1;
    this.#slots.push(slot);
  }

  /** Calls `take` for every distinct term, in the order of first occurrence. */
  each(take: (hash: number, count: number, weight: number) => void): void {
    for (const slot of this.#slots) {
      take(this.#keys[slot] ?? 0, this.#counts[slot] ?? 0, this.#weights[slot] ?? 0);
    }
  }

  /** The slot that holds the key, or the free one where it belongs. */
  #slotOf(key: number): number {
    const mask = this.#keys.length - 1;
    let slot = key & mask;
    while (this.#generations[slot] === this.#generation && this.#keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const terms: [number, number, number][] = [];
    this.each((hash, count, weight) => terms.push([hash, count, weight]));
    const size = this.#keys.length * 2;
    this.#keys = new Uint32Array(size);
    this.#weights = new Float64Array(size);
    this.#counts = new Uint32Array(size);
    this.#generations = new Uint32Array(size);
    this.#generation = 1;
    this.#slots = [];
    for (const [hash, count, weight] of terms) {
      this.add(hash, weight);
      this.#counts[this.#slotOf(hash)] = count;
    }
  }
}
