import type { Logger } from '#platform/log';
import type { Bus } from '#platform/ports';
import { type ProgressMessage, progressMessageSchema } from './contract.ts';

/** Where workers tell how far they are inside a stage; never in the log. */
export const progressSubject = 'progress.document.*';

/** What was last heard of work in passing. */
export type PassingProgress = {
  of(documentId: string): ProgressMessage | undefined;
  close(): Promise<void>;
};

/** Documents remembered at a time; the oldest goes first. Far more than are ever worked on at once. */
const remembered = 2000;

/** Listens from now on. A message that is not understood is passed over, and logged. */
export async function createPassingProgress(bus: Bus, log: Logger): Promise<PassingProgress> {
  const latest = new Map<string, ProgressMessage>();
  const unsubscribe = await bus.subscribe(progressSubject, (data, subject) => {
    const parsed = progressMessageSchema.safeParse(data);
    if (!parsed.success) return log.warn({ subject }, 'a progress message was not understood');
    const message = parsed.data;
    // Deleting first makes the newest the last in the map's order.
    latest.delete(message.documentId);
    latest.set(message.documentId, message);
    const [oldest] = latest.keys();
    if (latest.size > remembered && oldest !== undefined) latest.delete(oldest);
  });
  return { of: (documentId) => latest.get(documentId), close: unsubscribe };
}
