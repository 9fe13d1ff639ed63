import type { z } from 'zod';
import type { Logger } from '#platform/log';
import type { Bus } from '#platform/ports';
import {
  type ProgressMessage,
  progressMessageSchema,
  type WorkingMessage,
  workingMessageSchema,
} from './contract.ts';

/** Where workers tell how far they are inside a stage; never in the log. */
export const progressSubject = 'progress.document.*';
/** Where they tell what they do about a question or a report. */
export const workingSubjects = ['progress.question.*', 'progress.report.*'] as const;

/** What was last heard of work in passing. */
export type PassingProgress = {
  of(documentId: string): ProgressMessage | undefined;
  /** Of a question or a report. */
  working(jobId: string): WorkingMessage | undefined;
  close(): Promise<void>;
};

/** Messages remembered at a time of each kind; the oldest goes first. Far more than are ever worked on at once. */
const remembered = 2000;

/** Listens from now on. A message that is not understood is passed over, and logged. */
export async function createPassingProgress(bus: Bus, log: Logger): Promise<PassingProgress> {
  const documents = new Map<string, ProgressMessage>();
  const jobs = new Map<string, WorkingMessage>();
  const hear = <Message>(
    subject: string,
    schema: z.ZodType<Message>,
    latest: Map<string, Message>,
    idOf: (message: Message) => string,
  ) =>
    bus.subscribe(subject, (data, from) => {
      const parsed = schema.safeParse(data);
      if (!parsed.success) return log.warn({ subject: from }, 'a progress message was not understood');
      // Deleting first makes the newest the last in the map's order.
      latest.delete(idOf(parsed.data));
      latest.set(idOf(parsed.data), parsed.data);
      const [oldest] = latest.keys();
      if (latest.size > remembered && oldest !== undefined) latest.delete(oldest);
    });
  const stops = await Promise.all([
    hear(progressSubject, progressMessageSchema, documents, ({ documentId }) => documentId),
    ...workingSubjects.map((subject) => hear(subject, workingMessageSchema, jobs, ({ jobId }) => jobId)),
  ]);
  return {
    of: (documentId) => documents.get(documentId),
    working: (jobId) => jobs.get(jobId),
    async close() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}
