import { z } from 'zod';
import { duplicateReasons } from '#domain/case/likely-duplicates';
import { entityKindSchema, relationKindSchema, spanSchema } from '#domain/document/events';

const namedSchema = z.object({ entityId: z.string(), name: z.string() });
/** What a person merged into an entity, each with the name it had. */
const mergedSchema = z.array(namedSchema);

export const entityListSchema = z.object({
  entities: z.array(
    z.object({
      entityId: z.string(),
      name: z.string(),
      kind: entityKindSchema,
      normalised: z.string().optional(),
      /** The first mention; all are in `mentions`. */
      start: z.number(),
      end: z.number(),
      mentions: z.array(spanSchema),
      /** Other documents of the case that mention it. */
      otherDocuments: z.number(),
      merged: mergedSchema,
    }),
  ),
  /** Between these entities, each with the sentence that shows it; in the order of the text. */
  relations: z.array(
    z.object({
      kind: relationKindSchema,
      from: z.string(),
      to: z.string(),
      sentence: spanSchema.extend({ text: z.string() }),
    }),
  ),
  /** The strongest first. */
  topics: z.array(z.object({ label: z.string(), score: z.number(), mentions: z.array(spanSchema) })),
});
export type EntityList = z.infer<typeof entityListSchema>;

export const caseEntitySchema = namedSchema.extend({
  kind: entityKindSchema,
  normalised: z.string().optional(),
  /** Documents of the case that mention it, withdrawn ones left out. */
  documents: z.number(),
  /** Places in them. */
  mentions: z.number(),
  merged: mergedSchema,
});
export type CaseEntity = z.infer<typeof caseEntitySchema>;
export const caseEntityListSchema = z.object({
  items: z.array(caseEntitySchema),
  next: z.string().optional(),
  /** How many match, on all pages. */
  total: z.number(),
  /** How many of each kind match, whatever kind is asked for. */
  kinds: z.array(z.object({ value: entityKindSchema, count: z.number() })),
});
export type CaseEntityList = z.infer<typeof caseEntityListSchema>;

export const duplicateListSchema = z.object({
  /** The likeliest first. `into` has the fuller name. */
  duplicates: z.array(
    z.object({ into: caseEntitySchema, other: caseEntitySchema, reason: z.enum(duplicateReasons) }),
  ),
});
export type DuplicateList = z.infer<typeof duplicateListSchema>;

export const entityDetailSchema = caseEntitySchema.extend({
  inDocuments: z.array(
    z.object({ documentId: z.string(), fileName: z.string(), mentions: z.array(spanSchema) }),
  ),
  relations: z.array(
    z.object({
      kind: relationKindSchema,
      from: namedSchema,
      to: namedSchema,
      documentId: z.string(),
      fileName: z.string(),
      sentence: spanSchema.extend({ text: z.string() }),
    }),
  ),
});
export type EntityDetail = z.infer<typeof entityDetailSchema>;
