import type { Driver } from 'neo4j-driver';
import { type ClaimLink, mostLinks } from '#domain/report/events';
import type { Fact, FactKind } from '#domain/report/facts';
import type { Database } from '#platform/clients/postgres';

/** What facts of a case are gathered from. */
export type Sources = {
  readonly db: Database;
  readonly graph: Driver;
  readonly caseId: string;
  /** Events of the case after it are left out; the graph and the list of documents are looked at as they are now. */
  readonly position: bigint;
};

/** A fact, unless there is nothing that shows it. */
export function fact(
  kind: FactKind,
  text: string,
  links: readonly (ClaimLink | undefined)[],
  subject?: string,
): Fact[] {
  const shown = links.filter((link) => link !== undefined).slice(0, mostLinks);
  return shown.length > 0 ? [{ kind, text, links: shown, ...(subject && { subject }) }] : [];
}

export type EventPlace = {
  readonly eventId: string;
  readonly position: string | bigint;
  readonly type: string;
};

export const eventLink = ({ eventId, position, type }: EventPlace): ClaimLink => ({
  kind: 'event',
  eventId,
  position: String(position),
  type,
});

export const count = (number: number, one: string, many = `${one}s`) =>
  `${number} ${number === 1 ? one : many}`;

const months = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** `3 March 2026`, in UTC. */
export const day = (time: Date) =>
  `${time.getUTCDate()} ${months[time.getUTCMonth()]} ${time.getUTCFullYear()}`;

/** `on 3 March 2026`, or `between 3 March 2026 and 5 March 2026`. */
export const period = (from: Date, to: Date) =>
  day(from) === day(to) ? `on ${day(from)}` : `between ${day(from)} and ${day(to)}`;

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[]) =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** A quotation or a name in the words of a report, cut where it is long. */
export function cut(text: string, most = 300): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= most
    ? line
    : `${line
        .slice(0, most - 1)
        .toWellFormed()
        .trimEnd()}…`;
}
