import { z } from 'zod';
import type { EventDefinitions, EventsOf } from '../event.ts';
import { foundText, plainLines, plainText } from '../plain-text.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const offset = z.number().int().nonnegative();
const ids = { documentId: z.string(), caseId: z.string() };

/** The stages that can fail and be asked for again, in their order. */
export const processingStageSchema = z.enum(['extracting', 'analysing', 'linking']);
export type ProcessingStage = z.infer<typeof processingStageSchema>;

/** Which model said it. `digest` is the hash of its weights, or of the tables and parameters of a built-in one. */
export const modelSchema = z.object({
  name: z.string(),
  version: z.string(),
  digest: z.string(),
  kind: z.enum(['built-in', 'ollama']),
});

/** Where an AI statement comes from: enough to judge it years later without asking the model again. */
export const provenanceSchema = z.object({
  model: modelSchema,
  prompt: z.object({ id: z.string(), version: z.string() }).optional(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** SHA-256 of each text the model saw. */
  inputs: z.array(sha256),
  /** Present if the model had said it before, to the same prompt and input, and was not asked again. */
  cached: z.literal(true).optional(),
});
export type Provenance = z.infer<typeof provenanceSchema>;

export const entityKindSchema = z.enum([
  'person',
  'organisation',
  'place',
  'date',
  'amount',
  'law',
  'email',
  'url',
]);
export type EntityKind = z.infer<typeof entityKindSchema>;

/**
 * How two entities stand to each other, as one sentence says it. A small closed set: whoever reads a graph must know what
 * an edge means. `same-as`, `in-contact-with`, `party-with` and `opposes` hold both ways; the others lead from the first
 * entity to the second: a person works for an organisation, a payer paid a payee or an amount.
 */
export const relationKindSchema = z.enum([
  'works-for',
  'member-of',
  'leads',
  'owns',
  'located-in',
  'same-as',
  'in-contact-with',
  'party-with',
  'paid',
  'supports',
  'opposes',
]);
export type RelationKind = z.infer<typeof relationKindSchema>;

/** Half-open span in the extracted text, in UTF-16 code units (JavaScript's string offsets). */
export const spanSchema = z.object({ start: offset, end: offset });

export const tagSchema = plainText.min(1).max(60);
export const tagsSchema = z.array(tagSchema).max(50);

export const emailSchema = z.object({
  from: foundText.optional(),
  to: z.array(foundText),
  cc: z.array(foundText),
  subject: foundText.optional(),
  date: foundText.optional(),
  messageId: foundText.optional(),
  inReplyTo: foundText.optional(),
  references: z.array(foundText),
});

export const documentEvents = {
  DocumentUploaded: {
    version: 1,
    schema: z.object({
      ...ids,
      fileName: foundText.min(1).max(255),
      /** Of the bytes as received, computed while they streamed in and before anything parsed them. */
      sha256,
      size: offset,
      /** As the sender declared it; what the bytes really are is in `DocumentTextExtracted`. */
      mediaType: foundText,
      custodian: plainText.max(200).optional(),
      claimedDate: plainText.max(100).optional(),
      /** The document this one was attached to. */
      parentDocumentId: z.string().optional(),
    }),
  },
  DocumentTextExtracted: {
    version: 1,
    schema: z.object({
      ...ids,
      mediaType: foundText,
      /** The extracted text, a blob of its own (UTF-8). */
      text: z.object({ sha256, characters: offset }),
      /** Pages, sections and passages with their offsets, a blob of its own (JSON, `documentStructureSchema`). */
      structure: z.object({ sha256, pages: offset, sections: offset, passages: offset }),
      title: foundText.optional(),
      language: foundText.optional(),
      claimedDate: foundText.optional(),
      email: emailSchema.optional(),
      attachments: z.array(z.object({ documentId: z.string(), fileName: foundText })),
      extractor: z.object({ name: z.string(), version: z.string() }),
      warnings: z.array(foundText),
    }),
  },
  DocumentAnalysed: {
    version: 2,
    schema: z.object({
      ...ids,
      summary: z.array(spanSchema.extend({ text: foundText })),
      /** `mentions` are where the text speaks of it; empty in what was recorded before they were looked for. */
      topics: z.array(z.object({ label: foundText, score: z.number(), mentions: z.array(spanSchema) })),
      entities: z.array(
        z.object({
          entityId: z.string(),
          name: foundText,
          kind: entityKindSchema,
          normalised: foundText.optional(),
          mentions: z.array(spanSchema),
        }),
      ),
      /** Between entities of this analysis, each with the sentence of the text that shows it. */
      relations: z.array(
        z.object({
          kind: relationKindSchema,
          from: z.string(),
          to: z.string(),
          sentence: spanSchema.extend({ text: foundText }),
        }),
      ),
      provenance: provenanceSchema,
    }),
    upcasters: { 1: withoutRelations },
  },
  SimilarDocumentsFound: {
    version: 1,
    schema: z.object({
      ...ids,
      similar: z.array(z.object({ documentId: z.string(), score: z.number() })),
      provenance: provenanceSchema,
    }),
  },
  DocumentProcessingFailed: {
    version: 1,
    schema: z.object({
      ...ids,
      stage: processingStageSchema,
      /** Stable name of the cause, in kebab case: `encrypted`, `timeout` … */
      reason: z.string(),
      /** For a person: what, where, how to mend it. */
      message: foundText,
    }),
  },
  DocumentReprocessingRequested: {
    version: 1,
    schema: z.object({ ...ids, from: processingStageSchema }),
  },
  DocumentLiked: { version: 1, schema: z.object({ ...ids, userId: z.string() }) },
  DocumentUnliked: { version: 1, schema: z.object({ ...ids, userId: z.string() }) },
  DocumentTagged: { version: 1, schema: z.object({ ...ids, tags: tagsSchema }) },
  DocumentWithdrawn: { version: 1, schema: z.object({ ...ids, reason: plainLines.max(500).optional() }) },
} as const satisfies EventDefinitions;

/** Version 1 knew neither relations nor where a topic is spoken of. */
function withoutRelations(data: unknown): unknown {
  const { topics, ...rest } = z.looseObject({ topics: z.array(z.looseObject({})) }).parse(data);
  return { ...rest, topics: topics.map((topic) => ({ ...topic, mentions: [] })), relations: [] };
}

export type DocumentEvent = EventsOf<typeof documentEvents>;
