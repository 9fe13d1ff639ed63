import type { Entity, Relation, Span } from '../../model.ts';
import { acronymOf } from './acronym.ts';
import { relationPatterns } from './relation-patterns.ts';

/** A longer list serves nobody and makes one event too large. */
export const mostRelations = 500;
/** Longer sentences are lists and tables, where what stands side by side need not belong together. */
const longestSentence = 1200;
const mostMarks = 24;

const marks: Partial<Record<Entity['kind'], string>> = {
  person: 'p',
  organisation: 'o',
  place: 'l',
  amount: 'a',
};

type Mention = Span & { entity: number; mark: string };

/**
 * What the sentences of a text say of two of its entities each, by patterns of words: few, and each shown by its
 * sentence. Of two entities and a kind the first sentence only.
 *
 * @param sentences in text order, as quoted in what is found
 */
export function findRelations(
  text: string,
  sentences: readonly Span[],
  entities: readonly Entity[],
): Relation[] {
  const mentions = mentionsOf(entities);
  const found = new Map<string, Relation>();
  let next = 0;
  for (const sentence of sentences) {
    while ((mentions[next]?.start ?? Number.POSITIVE_INFINITY) < sentence.start) next += 1;
    const inside: Mention[] = [];
    for (let at = next; (mentions[at]?.end ?? Number.POSITIVE_INFINITY) <= sentence.end; at += 1) {
      const mention = mentions[at];
      if (mention) inside.push(mention);
    }
    const fits = inside.length >= 2 && inside.length <= mostMarks;
    if (!fits || sentence.end - sentence.start > longestSentence) continue;
    for (const { kind, from, to } of saidIn(marked(text, sentence, inside), entities)) {
      const key = `${kind} ${from} ${to}`;
      const mirrored = isMutual.has(kind) && found.has(`${kind} ${to} ${from}`);
      if (found.has(key) || mirrored || found.size >= mostRelations) continue;
      const { start, end } = sentence;
      found.set(key, { kind, from, to, sentence: { start, end, text: text.slice(start, end) } });
    }
  }
  return [...found.values()];
}

/** Holds both ways, so that one of the two says it. */
const isMutual: ReadonlySet<Relation['kind']> = new Set([
  'same-as',
  'in-contact-with',
  'party-with',
  'opposes',
]);

function mentionsOf(entities: readonly Entity[]): Mention[] {
  return entities
    .flatMap(({ kind, mentions }, entity) => {
      const mark = marks[kind];
      return mark === undefined ? [] : mentions.map(({ start, end }) => ({ start, end, entity, mark }));
    })
    .sort((a, b) => a.start - b.start);
}

/** The sentence on one line, each entity as a mark. Angle brackets of its own would look like marks. */
function marked(text: string, { start, end }: Span, mentions: readonly Mention[]): string {
  let at = start;
  let line = '';
  const plain = (to: number) => text.slice(at, to).replace(/[<>]/g, '|');
  for (const mention of mentions) {
    line += `${plain(mention.start)}<${mention.mark}${mention.entity}>`;
    at = mention.end;
  }
  return (line + plain(end)).replace(/\s+/g, ' ');
}

type Said = Pick<Relation, 'kind' | 'from' | 'to'>;

function* saidIn(line: string, entities: readonly Entity[]): Generator<Said> {
  for (const { kind, expression, reversed } of relationPatterns) {
    for (const { groups } of line.matchAll(expression)) {
      for (const a of entitiesIn(groups?.a)) {
        for (const b of entitiesIn(groups?.b)) {
          if (a === b) continue;
          yield reversed ? { kind, from: b, to: a } : { kind, from: a, to: b };
        }
      }
    }
  }
  for (const [, long, short] of line.matchAll(/<[ol](\d+)> \((?:the )?["“]?<[ol](\d+)>["”]?\)/g)) {
    const [a, b] = [Number(long), Number(short)];
    const name = entities[b]?.name ?? '';
    if (a !== b && acronymOf(entities[a]?.name ?? '') === name.replaceAll('.', '').toUpperCase())
      yield { kind: 'same-as', from: a, to: b };
  }
}

const entitiesIn = (marks = ''): number[] =>
  [...marks.matchAll(/<\p{Ll}(\d+)>/gu)].map(([, entity]) => Number(entity));
