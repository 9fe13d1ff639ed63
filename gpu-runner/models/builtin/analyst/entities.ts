import type { Entity, EntityKind, Span } from '../../model.ts';
import { findAddresses } from './addresses.ts';
import { findAmounts } from './amounts.ts';
import { findDates } from './dates.ts';
import { type Found, Occupied, oneLine } from './found.ts';
import type { Gazetteer } from './gazetteer.ts';
import { findLaws } from './laws.ts';
import { findNames } from './names.ts';
import type { Word } from './words-of-text.ts';

/** A longer list serves nobody and makes one event too large. */
export const mostEntities = 1000;
const mostMentions = 1000;

/** Every entity of the text with all its places, most mentioned first, and how many were left out by the limit. */
export function findEntities(
  text: string,
  words: readonly Word[],
  gazetteer: Gazetteer,
): { entities: Entity[]; omitted: number } {
  const occupied = new Occupied(text.length);
  const found: Found[] = [];
  // The order settles overlaps: a law's year is not a date of its own, an address holds no names.
  for (const find of [findAddresses, findLaws, findAmounts, findDates]) take(find(text), occupied, found);
  take(findNames(text, words, occupied, gazetteer), occupied, found);

  const entities = gather(text, found);
  return { entities: entities.slice(0, mostEntities), omitted: Math.max(0, entities.length - mostEntities) };
}

function take(candidates: readonly Found[], occupied: Occupied, into: Found[]): void {
  for (const candidate of candidates) {
    if (candidate.start >= candidate.end || occupied.overlaps(candidate)) continue;
    occupied.take(candidate);
    into.push(candidate);
  }
}

type Gathered = {
  kind: EntityKind;
  names: Map<string, number>;
  mentions: Span[];
  normalised: string | undefined;
};

function gather(text: string, found: readonly Found[]): Entity[] {
  const byKey = new Map<string, Gathered>();
  for (const { kind, key, start, end, normalised } of [...found].sort((a, b) => a.start - b.start)) {
    const id = `${kind} ${key}`;
    const entity = byKey.get(id) ?? { kind, names: new Map<string, number>(), mentions: [], normalised };
    byKey.set(id, entity);
    const name = oneLine(text.slice(start, end));
    entity.names.set(name, (entity.names.get(name) ?? 0) + 1);
    if (entity.mentions.length < mostMentions) entity.mentions.push({ start, end });
  }
  return [...byKey.values()]
    .sort(
      (a, b) =>
        b.mentions.length - a.mentions.length || (a.mentions[0]?.start ?? 0) - (b.mentions[0]?.start ?? 0),
    )
    .map(({ kind, names, mentions, normalised }) => ({
      name: bestName(kind, names),
      kind,
      mentions,
      ...(normalised === undefined ? {} : { normalised }),
    }));
}

/** The fullest form people would recognise: most words, then not shouted, then most often written so. */
function bestName(kind: EntityKind, names: ReadonlyMap<string, number>): string {
  const worth = (name: string, count: number): number[] => [
    kind === 'law' ? -name.length : name.split(' ').length,
    /\p{Ll}/u.test(name) ? 1 : 0,
    count,
  ];
  let best = '';
  let bestWorth: number[] = [];
  for (const [name, count] of names) {
    const candidate = worth(name, count);
    const difference = candidate
      .map((value, at) => value - (bestWorth[at] ?? Number.NEGATIVE_INFINITY))
      .find((value) => value !== 0);
    if (best === '' || (difference ?? 0) > 0) {
      best = name;
      bestWorth = candidate;
    }
  }
  return best;
}
