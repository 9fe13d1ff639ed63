import type { GroupProgress } from './settings.ts';

/**
 * Which places of a sequence are dealt with, when they are dealt with out of order: a low-water mark, and those above
 * it. After a restart only what is in neither is delivered again.
 */
export class Progress {
  /** Started and not done, in the order they were started, which is ascending. */
  readonly #outstanding = new Set<number>();
  readonly #doneAhead: Set<number>;
  #scannedTo: number;

  constructor({ checkpoint, doneAhead }: GroupProgress) {
    this.#scannedTo = checkpoint;
    this.#doneAhead = new Set(doneAhead);
  }

  /** The last place looked at: the next one to read is behind it. */
  get scannedTo(): number {
    return this.#scannedTo;
  }

  /** Everything up to here is dealt with. */
  get checkpoint(): number {
    const [first] = this.#outstanding;
    return first === undefined ? this.#scannedTo : first - 1;
  }

  /** Takes a place on. @returns false if it was dealt with before the restart */
  start(place: number): boolean {
    this.#scannedTo = Math.max(this.#scannedTo, place);
    if (this.#doneAhead.has(place)) return false;
    this.#outstanding.add(place);
    return true;
  }

  /** Says that there is nothing to do up to here but what was started. */
  scan(place: number): void {
    this.#scannedTo = Math.max(this.#scannedTo, place);
    this.#prune();
  }

  finish(place: number): void {
    if (!this.#outstanding.delete(place)) return;
    this.#doneAhead.add(place);
    this.#prune();
  }

  snapshot(): GroupProgress {
    return { checkpoint: this.checkpoint, doneAhead: [...this.#doneAhead] };
  }

  #prune(): void {
    const { checkpoint } = this;
    for (const place of this.#doneAhead) if (place <= checkpoint) this.#doneAhead.delete(place);
  }
}
