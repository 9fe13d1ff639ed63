import { z } from 'zod';
import { relationKindSchema } from '#domain/document/events';
import { findQuote } from '../../tasks/find-quote.ts';
import { ModelOutputError } from '../../tasks/model-output-error.ts';
import type { EntityKind, QuotedSentence, RelationKind, Span } from '../model.ts';
import { locate } from './locate.ts';

const name = z.string().min(1).max(300);
const promptedKinds = ['person', 'organisation', 'place', 'date', 'amount', 'law'] as const;

/** What the model is asked for about one part of a document. */
export const windowOutputSchema = z.object({
  summary: z.array(z.string().max(2000)).max(3),
  topics: z.array(z.string().max(100)).max(5),
  entities: z.array(z.object({ name, kind: z.enum(promptedKinds) })).max(80),
  relations: z
    .array(z.object({ kind: relationKindSchema, from: name, to: name, sentence: z.string().max(2000) }))
    .max(40),
});
export type WindowOutput = z.infer<typeof windowOutputSchema>;

export type FoundName = { readonly kind: EntityKind; readonly name: string };
export type FoundRelation = {
  readonly kind: RelationKind;
  readonly from: FoundName;
  readonly to: FoundName;
  readonly sentence: QuotedSentence;
};

/** What the text bears out of what a model said, and how much it does not. */
export type WindowFindings = {
  readonly sentences: QuotedSentence[];
  readonly topics: string[];
  readonly names: FoundName[];
  readonly relations: FoundRelation[];
  readonly refused: { sentences: number; topics: number; entities: number; relations: number };
};

/**
 * Holds what a model said against the part of the text it read: a sentence must be in it word for word, a name and a topic
 * must be written there, and a relation must be shown by a sentence that holds both its names. What is not there is
 * refused and counted.
 *
 * @param start where the part begins in the text; the spans that are given back are the text's
 * @throws {ModelOutputError} if the model said something and nothing of it is there
 */
export function readWindow(output: WindowOutput, part: string, start: number): WindowFindings {
  const quoted = (quote: string): QuotedSentence | undefined => {
    const place = findQuote(part, quote);
    return (
      place && {
        start: start + place.start,
        end: start + place.end,
        text: part.slice(place.start, place.end),
      }
    );
  };
  const sentences = output.summary.flatMap((sentence) => quoted(sentence) ?? []);
  const topics = output.topics.filter((topic) => locate(part, topic, { anyCase: true }).length > 0);
  const names = output.entities.filter((entity) => locate(part, entity.name).length > 0);
  const named = (wanted: string) =>
    names.find((each) => each.name === wanted) ??
    names.find((each) => each.name.toLowerCase() === wanted.toLowerCase());
  const relations = output.relations.flatMap(({ kind, from, to, sentence }): FoundRelation[] => {
    const [a, b, shown] = [named(from), named(to), quoted(sentence)];
    const holds = (entity: FoundName) => shown && locate(shown.text, entity.name).length > 0;
    return a && b && a !== b && shown && holds(a) && holds(b)
      ? [{ kind, from: a, to: b, sentence: shown }]
      : [];
  });
  const refused = {
    sentences: output.summary.length - sentences.length,
    topics: output.topics.length - topics.length,
    entities: output.entities.length - names.length,
    relations: output.relations.length - relations.length,
  };
  const said = output.summary.length + output.entities.length;
  if (said > 0 && sentences.length + names.length === 0) {
    const example = output.summary[0] ?? output.entities[0]?.name ?? '';
    throw new ModelOutputError(
      `Nothing of it is in the document word for word: not "${example.slice(0, 100)}", for instance.`,
    );
  }
  return { sentences, topics, names, relations, refused };
}

/** The names of all parts where they stand in the text: the longer ones first, so that none lies in another. */
export function placesOf(text: string, names: readonly FoundName[]): Map<FoundName, Span[]> {
  const taken = new Uint8Array(text.length);
  const places = new Map<FoundName, Span[]>();
  for (const each of names.toSorted((a, b) => b.name.length - a.name.length)) {
    const free = locate(text, each.name).filter(({ start, end }) => !taken.subarray(start, end).includes(1));
    for (const { start, end } of free) taken.fill(1, start, end);
    if (free.length > 0) places.set(each, free);
  }
  return places;
}
