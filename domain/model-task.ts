import { z } from 'zod';
import { type Provenance, provenanceSchema } from './document/events.ts';

/**
 * One kind of work that models do when they are asked over the bus: what is asked, and what may be said. Whoever asks
 * cannot tell which model answers; the provenance in the answer says it.
 */
export type ModelTask<Request, Said> = {
  /** In kebab case; the task answers on the bus subject `gpu.<name>`. */
  readonly name: string;
  readonly subject: string;
  readonly request: z.ZodType<Request>;
  readonly said: z.ZodType<Said>;
};

/** What a model said, and where it comes from. */
export type ModelAnswer<Said> = { readonly said: Said; readonly provenance: Provenance };

export const modelTask = <Request, Said>(
  name: string,
  schemas: { readonly request: z.ZodType<Request>; readonly said: z.ZodType<Said> },
): ModelTask<Request, Said> => ({ name, subject: `gpu.${name}`, ...schemas });

/**
 * How long whoever asks waits, in milliseconds since 1970: until when it has to be begun, and until when it has to be over.
 * Two machines read it from two clocks; a few seconds between them do not matter.
 */
export const taskTimesSchema = z.object({ beginBy: z.number(), endBy: z.number() }).partial();
export type TaskTimes = z.infer<typeof taskTimesSchema>;

/** How a request travels: beside what is asked, who traces it, how long it is waited for, and where to tell how the words come in. */
export const taskEnvelopeSchema = taskTimesSchema.extend({
  request: z.unknown(),
  /** W3C Trace Context, if anybody traces. */
  traceparent: z.string().optional(),
  /** A bus subject, and the message that is published there with `text` added: what was written so far. */
  progress: z.object({ subject: z.string(), message: z.record(z.string(), z.unknown()) }).optional(),
});
export type TaskEnvelope = z.infer<typeof taskEnvelopeSchema>;

export const modelAnswerSchema = <Said>(task: ModelTask<unknown, Said>) =>
  z.object({ said: task.said, provenance: provenanceSchema });
