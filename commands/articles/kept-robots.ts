import type { RobotsRule } from './robots.ts';

/** RFC 9309, 2.4: a robots.txt is not to be kept for longer than a day. */
const keptMs = 3_600_000;
/** Bytes that all kept rules may take. */
const mostKept = 16 * 1024 * 1024;
/** Bytes of a rule beside its pattern, and of a site beside its rules: about what V8 takes. */
const overhead = 100;

/**
 * What sites' robots.txt say, for an hour. A site with so many rules that no other would find room is not remembered,
 * and so asked each time.
 */
export class KeptRobots {
  readonly #mostBytes: number;
  readonly #now: () => number;
  readonly #sites = new Map<string, { rules: readonly RobotsRule[]; bytes: number; until: number }>();
  #bytes = 0;

  /** @param now milliseconds since the epoch */
  constructor({ mostBytes = mostKept, now = Date.now }: { mostBytes?: number; now?: () => number } = {}) {
    this.#mostBytes = mostBytes;
    this.#now = now;
  }

  /** Bytes that what is kept takes, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The rules of a site, by its origin; undefined if they are not known, or too old. */
  of(origin: string): readonly RobotsRule[] | undefined {
    const site = this.#sites.get(origin);
    return site && this.#now() < site.until ? site.rules : undefined;
  }

  keep(origin: string, rules: readonly RobotsRule[]): void {
    this.#forget(origin);
    const bytes = rules.reduce((sum, { pattern }) => sum + 2 * pattern.length + overhead, overhead);
    if (bytes > this.#mostBytes / 2) return;
    // Copied: a piece of a string holds on to the whole text that it is cut from.
    this.#sites.set(origin, { rules: structuredClone(rules), bytes, until: this.#now() + keptMs });
    this.#bytes += bytes;
    // In the order in which they came, which is the order in which they grow too old.
    for (const [oldest, { until }] of this.#sites) {
      if (this.#bytes <= this.#mostBytes && this.#now() < until) break;
      this.#forget(oldest);
    }
  }

  #forget(origin: string): void {
    this.#bytes -= this.#sites.get(origin)?.bytes ?? 0;
    this.#sites.delete(origin);
  }
}
