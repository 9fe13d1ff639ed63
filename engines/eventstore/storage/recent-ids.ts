/**
 * The ids of the last events written, with their revisions, so that a repeated write is recognised. Two generations,
 * the older one dropped whole: deleting the oldest entry of a large Map one by one makes each deletion slower.
 */
export class RecentIds {
  readonly #capacity: number;
  #newer = new Map<string, number>();
  #older = new Map<string, number>();

  /** @param capacity how many ids are remembered at least; up to twice as many are kept */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(stream: number, eventId: string, revision: number): void {
    this.#newer.set(`${stream}/${eventId}`, revision);
    if (this.#newer.size < this.#capacity) return;
    this.#older = this.#newer;
    this.#newer = new Map();
  }

  revisionOf(stream: number, eventId: string): number | undefined {
    const key = `${stream}/${eventId}`;
    return this.#newer.get(key) ?? this.#older.get(key);
  }

  clear(): void {
    this.#newer.clear();
    this.#older.clear();
  }
}
