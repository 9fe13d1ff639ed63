import type { Name } from './classify-name.ts';
import { bare } from './name-runs.ts';
import { legalForms } from './name-words.ts';
import type { Word } from './words-of-text.ts';

/** A name without its legal form, case and full stops: `ABILITY INC.` and `Ability Inc` have the same key. */
export const keyOf = (words: readonly Word[]): string => {
  const kept = words.map(bare).filter((word) => !legalForms.has(word) && word !== 'the');
  return (kept.length > 0 ? kept : words.map(bare)).join(' ');
};

/** Which shorter forms in this document stand for which name, where exactly one name fits. */
export class ShortForms {
  readonly #longForms = new Map<string, Name | 'several'>();
  readonly #defined = new Map<string, Name>();
  readonly #isDistinct: (word: string) => boolean;

  /** @param isDistinct tells words that can stand for a name alone: no plain English, no country, no nationality */
  constructor(isDistinct: (word: string) => boolean) {
    this.#isDistinct = isDistinct;
  }

  /** Learns the short forms of a name, and the one the document defines for it itself. */
  learn(name: Name, defined: string | undefined): void {
    const first = name.words[0];
    const last = name.words.at(-1);
    if (first === undefined || last === undefined) return;
    // Plain words taken for a person once ("Justice Group Litigation") must not become one everywhere.
    const isPlain = !name.words.some((word) => this.#isDistinct(bare(word)));
    if (name.kind !== 'person' || !isPlain) this.#offer(keyOf(name.words), name);
    if (name.words.length < 2 || name.kind === 'place') return;
    if (defined !== undefined && !this.#defined.has(defined)) this.#defined.set(defined, name);
    if (this.#isDistinct(bare(first))) this.#offer(bare(first), name);
    if (name.kind === 'person') {
      this.#offer(bare(last), name);
    } else {
      const capitals = name.words
        .filter((word) => /^\p{Lu}/u.test(word.text))
        .map((word) => word.text.charAt(0));
      if (capitals.length > 2) this.#offer(capitals.join('').toLowerCase(), name);
    }
  }

  /** The full name behind a short form, or undefined when none or several fit. */
  longFormOf(key: string): Name | undefined {
    const long = this.#longForms.get(key);
    const known = long === 'several' ? undefined : long;
    // What the document defines outweighs the look of the words: "Cherry Hill" is a company where it says so. But "Post
    // Office Limited" keeps its own key where an older company is defined as "the Post Office" too.
    const defined = this.#defined.get(key);
    return defined !== undefined && (known === undefined || known.kind !== defined.kind) ? defined : known;
  }

  /**
   * A longer name wins over one bare word; two different longer names make the short form useless. A name of several
   * words that is spelled just so keeps its own key: "Post Office Limited" is not "Post Office Counters Limited".
   */
  #offer(short: string, name: Name): void {
    const known = this.#longForms.get(short);
    const isWhole = (candidate: Name) => keyOf(candidate.words) === short;
    const isOwn = (candidate: Name) => isWhole(candidate) && short.includes(' ');
    if (known === undefined || isOwn(name)) this.#longForms.set(short, name);
    else if (known === 'several' || isOwn(known) || isWhole(name)) return;
    else if (isWhole(known)) this.#longForms.set(short, name);
    else if (keyOf(known.words) !== keyOf(name.words)) this.#longForms.set(short, 'several');
  }
}
