import type { z } from 'zod';
import type { Logger } from '#platform/log';
import type { Bus } from '#platform/ports';
import { liveMessageSchema } from './contract.ts';

export type ProgressMessage = Extract<z.infer<typeof liveMessageSchema>, { kind: 'progress' }>;

/** Where workers tell how far they are inside a stage; never in the log. */
export const progressSubject = 'progress.document.*';

/** What was last heard of work in passing. */
export type PassingProgress = {
  of(documentId: string): ProgressMessage | undefined;
  close(): Promise<void>;
};

/** Documents remembered at a time; the oldest goes first. Far more than are ever worked on at once. */
const remembered = 2000;

/** Parses what came over the bus; undefined for anything else. */
export function progressFrom(data: unknown): ProgressMessage | undefined {
  const parsed = liveMessageSchema.safeParse(data);
  return parsed.success && parsed.data.kind === 'progress' ? parsed.data : undefined;
}

export async function createPassingProgress(bus: Bus, log: Logger): Promise<PassingProgress> {
  const latest = new Map<string, ProgressMessage>();
  const unsubscribe = await bus.subscribe(progressSubject, (data, subject) => {
    const message = progressFrom(data);
    if (!message) return log.warn({ subject }, 'a progress message was not understood');
    // Deleting first makes the newest the last in the map's order.
    latest.delete(message.documentId);
    latest.set(message.documentId, message);
    const [oldest] = latest.keys();
    if (latest.size > remembered && oldest !== undefined) latest.delete(oldest);
  });
  return { of: (documentId) => latest.get(documentId), close: unsubscribe };
}
