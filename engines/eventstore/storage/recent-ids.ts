/** The ids of the last events written, with their revisions, so that a repeated write is recognised. */
export class RecentIds {
  readonly #revisions = new Map<string, number>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(stream: number, eventId: string, revision: number): void {
    this.#revisions.set(`${stream}/${eventId}`, revision);
    if (this.#revisions.size <= this.#capacity) return;
    for (const oldest of this.#revisions.keys()) {
      this.#revisions.delete(oldest);
      break;
    }
  }

  revisionOf(stream: number, eventId: string): number | undefined {
    return this.#revisions.get(`${stream}/${eventId}`);
  }

  clear(): void {
    this.#revisions.clear();
  }
}
