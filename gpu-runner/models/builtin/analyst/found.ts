import type { EntityKind, Span } from '../../model.ts';

/** One mention as a finder reports it, before mentions of the same entity are gathered. */
export type Found = Span & {
  kind: EntityKind;
  /** Mentions with the same key and kind are the same entity. */
  key: string;
  normalised?: string;
};

/** The mention's text on one line, with single spaces. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Ranges already taken, so that a later finder does not report the year of a law as a date. */
export class Occupied {
  readonly #taken: Uint8Array;

  constructor(length: number) {
    this.#taken = new Uint8Array(length);
  }

  overlaps({ start, end }: Span): boolean {
    for (let at = start; at < end; at += 1) if (this.#taken[at] === 1) return true;
    return false;
  }

  take({ start, end }: Span): void {
    this.#taken.fill(1, start, end);
  }
}
