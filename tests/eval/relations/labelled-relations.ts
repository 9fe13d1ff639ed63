import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RelationKind } from '#domain/document/events';

type Span = { readonly start: number; readonly end: number };
/** Two stretches of text that people said to be related, in either order, and the kinds that say so too. */
export type LabelledRelation = {
  readonly ends: readonly [Span, Span];
  readonly kinds: readonly RelationKind[];
};
export type RelatedText = {
  readonly id: string;
  readonly text: string;
  readonly relations: LabelledRelation[];
};

/** RE3D's kinds in ours. `Apart` and `HasAttrOf` have none. */
const re3dKinds: Readonly<Record<string, readonly RelationKind[]>> = {
  BelongsTo: ['works-for', 'member-of', 'owns', 'leads'],
  InChargeOf: ['leads'],
  CoLocated: ['located-in'],
  IsSynonymOf: ['same-as'],
  CommWith: ['in-contact-with'],
  FightingAgainst: ['opposes'],
  Dislikes: ['opposes'],
  AlliesOf: ['supports'],
  Likes: ['supports'],
};

const documentSchema = z.object({ _id: z.string(), text: z.string() });
const relationSchema = z.object({
  documentId: z.string(),
  type: z.string(),
  source: z.string(),
  sourceBegin: z.number(),
  sourceEnd: z.number(),
  target: z.string(),
  targetBegin: z.number(),
  targetEnd: z.number(),
});

const jsonLines = <Row extends z.ZodType>(path: string, schema: Row): z.output<Row>[] =>
  readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => schema.parse(JSON.parse(line)));

/** RE3D labels relations of common nouns and pronouns too ("they"); those of two names take part. */
const isName = (words: string) =>
  /\p{Lu}/u.test(words.replace(/^(?:The|A|An|I|We|Our|They|He|His|It|She)(?= |$)/, ''));

/** RE3D's documents in the order of their ids, with the relations between names. */
export function readRelatedTexts(folder: string): RelatedText[] {
  const parts = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const relations = parts.flatMap(({ name }) =>
    jsonLines(join(folder, name, 'relations.json'), relationSchema),
  );
  return parts
    .flatMap(({ name }) => jsonLines(join(folder, name, 'documents.json'), documentSchema))
    .sort((a, b) => (a._id < b._id ? -1 : 1))
    .map(({ _id: id, text }) => ({
      id,
      text,
      relations: relations
        .filter(({ documentId, source, target }) => documentId === id && isName(source) && isName(target))
        .map(({ type, sourceBegin, sourceEnd, targetBegin, targetEnd }) => ({
          ends: [
            { start: sourceBegin, end: sourceEnd },
            { start: targetBegin, end: targetEnd },
          ] as const,
          kinds: re3dKinds[type] ?? [],
        })),
    }));
}
