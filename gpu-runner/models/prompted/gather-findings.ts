import { entityNameKey } from '#domain/case/entity-name';
import { findAmounts } from '../builtin/analyst/amounts.ts';
import { findDates } from '../builtin/analyst/dates.ts';
import type { DocumentAnalysis, Entity, Relation } from '../model.ts';
import { locate } from './locate.ts';
import { type FoundName, placesOf, type WindowFindings } from './read-window.ts';

const mostSentences = 5;
const mostTopics = 8;
const mostRelations = 500;

/**
 * One analysis of what was found in the parts of a text: names that are spelt alike are one entity with all its places,
 * topics weigh by how many parts have them, and the summary takes the first sentence of each part before the second ones.
 */
export function gatherFindings(
  text: string,
  parts: readonly WindowFindings[],
): { analysis: DocumentAnalysis; refused: Record<string, number> } {
  const names = new Map<string, FoundName>();
  for (const each of parts.flatMap((part) => part.names)) {
    const spelling = `${each.kind} ${each.name}`;
    if (!names.has(spelling)) names.set(spelling, each);
  }
  const placed = placesOf(text, [...names.values()]);
  const byKey = new Map<string, Entity>();
  for (const [{ kind, name }, places] of placed) {
    const key = keyOf({ kind, name });
    const entity: Entity = byKey.get(key) ?? { name, kind, mentions: [], ...normalised({ kind, name }) };
    entity.mentions = [...entity.mentions, ...places].sort((a, b) => a.start - b.start);
    byKey.set(key, entity);
  }
  const entities = [...byKey.values()].sort((a, b) => b.mentions.length - a.mentions.length);
  const placeOf = new Map(entities.map((entity, at) => [keyOf(entity), at]));

  const relations = new Map<string, Relation>();
  for (const { kind, from: a, to: b, sentence } of parts.flatMap((part) => part.relations)) {
    const [from, to] = [placeOf.get(keyOf(a)), placeOf.get(keyOf(b))];
    const key = `${kind} ${from} ${to}`;
    if (from === undefined || to === undefined || from === to || relations.has(key)) continue;
    relations.set(key, { kind, from, to, sentence });
  }
  const analysis = {
    summary: { sentences: summaryOf(parts) },
    entities,
    topics: topicsOf(text, parts),
    relations: [...relations.values()].slice(0, mostRelations),
  };
  return { analysis, refused: refusedIn(parts, names.size - placed.size) };
}

const keyOf = ({ kind, name }: FoundName) => `${kind} ${entityNameKey(kind, name)}`;

function normalised({ kind, name }: FoundName): { normalised?: string } {
  const [found] = kind === 'date' ? findDates(name) : kind === 'amount' ? findAmounts(name) : [];
  return found?.normalised && found.end - found.start === name.length ? { normalised: found.normalised } : {};
}

function summaryOf(parts: readonly WindowFindings[]) {
  const ranked = [0, 1, 2].flatMap((rank) => parts.flatMap((part) => part.sentences[rank] ?? []));
  const once = new Map(ranked.map((sentence) => [sentence.text, sentence]));
  return [...once.values()].slice(0, mostSentences).sort((a, b) => a.start - b.start);
}

function topicsOf(text: string, parts: readonly WindowFindings[]) {
  const weights = new Map<string, number>();
  for (const { topics } of parts) {
    for (const [rank, topic] of topics.entries()) {
      const label = topic.replace(/\s+/g, ' ').trim().toLowerCase();
      weights.set(label, (weights.get(label) ?? 0) + 1 / (rank + 1));
    }
  }
  const ranked = [...weights].sort((a, b) => b[1] - a[1]).slice(0, mostTopics);
  const top = ranked[0]?.[1] ?? 1;
  return ranked.map(([label, weight]) => ({
    label,
    score: Number((weight / top).toFixed(4)),
    mentions: locate(text, label, { anyCase: true }),
  }));
}

/** For the provenance: how much was said that the text does not bear out. `inside` are names that lie in longer ones. */
function refusedIn(parts: readonly WindowFindings[], inside: number): Record<string, number> {
  const sum = (what: keyof WindowFindings['refused']) =>
    parts.reduce((total, { refused }) => total + refused[what], 0);
  const counts = {
    refusedSentences: sum('sentences'),
    refusedTopics: sum('topics'),
    refusedEntities: sum('entities') + inside,
    refusedRelations: sum('relations'),
  };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
