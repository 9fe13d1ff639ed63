import { z } from 'zod';

const position = z.string().regex(/^-?\d+$/);
const typeCounts = z.record(z.string(), z.number().int().nonnegative());
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** An entry that differs between two generations, and what shaped it. */
export const entryDifferenceSchema = z.object({
  part: z.string(),
  key: z.array(z.string()),
  kind: z.enum(['only-in-new', 'only-in-old', 'different']),
  /** The entry's content in each, shortened; absent where it is not there. */
  before: z.string().optional(),
  after: z.string().optional(),
  /** The events that shaped it, in log order; the last ones where there are many. */
  events: z.array(z.object({ position, type: z.string(), eventId: z.string(), stream: z.string() })),
});
export type EntryDifference = z.infer<typeof entryDifferenceSchema>;

/**
 * What a rebuild proves when it is done. All of it can be computed again from the log by anyone who has the code of this
 * revision.
 */
export const certificateSchema = z.object({
  projection: z.string(),
  generation: z.number().int(),
  version: z.number().int(),
  /** Of the code that folded: `sha256:` of its sources, and the commit where it is known. */
  codeRevision: z.string(),
  /** Everything after `after` (-1: from the beginning) up to `upTo`. */
  positions: z.object({ after: position, upTo: position }),
  /** Events of the projection's types in that range, by type: as the log holds them, counted apart from the fold. */
  eventsInLog: typeCounts,
  /** Events folded, by type; with the parked and the skipped they are those in the log. */
  eventsApplied: typeCounts,
  eventsSkipped: typeCounts,
  eventsParked: typeCounts,
  /** Entries the generation holds, by part. */
  entries: typeCounts,
  /** SHA-256 over the hashes of all entries, part by part in the order of their keys. */
  digest: sha256,
  /** Seconds of work, pauses left out. */
  seconds: z.number().nonnegative(),
  /** The comparison with the generation that was live, where both come of the same version of the code. */
  comparison: z
    .object({
      generation: z.number().int(),
      /** Where both were when the last differences were looked at. */
      position,
      entriesCompared: z.number().int().nonnegative(),
      equal: z.boolean(),
      /**
       * Of the other generation, to be held against `digest`; absent where they had moved on since or while they were
       * read, and were compared entry by entry.
       */
      digest: sha256.optional(),
      /** How many entries differ, and the first of them. */
      differing: z.number().int().nonnegative(),
      differences: z.array(entryDifferenceSchema),
    })
    .optional(),
});
export type Certificate = z.infer<typeof certificateSchema>;
