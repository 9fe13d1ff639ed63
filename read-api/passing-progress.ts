import type { DocumentStage } from '#domain/document/lifecycle';
import type { Logger } from '#platform/log';
import type { Bus } from '#platform/ports';
import { type ProgressMessage, passingMessageSchema, type WorkingMessage } from './contract.ts';

/** Where workers tell how far they are inside a stage, and what they do or wait for; never in the log. */
export const progressSubjects = ['progress.document.*', 'progress.question.*', 'progress.report.*'] as const;

/** What was last heard of work in passing. */
export type PassingProgress = {
  /** How far a document is inside a stage. */
  of(documentId: string): ProgressMessage | undefined;
  /** What is done about a question or a report. */
  working(jobId: string): WorkingMessage | undefined;
  /** What is done about the documents of a case in a stage. */
  inStage(caseId: string, stage: DocumentStage): WorkingMessage | undefined;
  close(): Promise<void>;
};

/** Messages remembered at a time of each kind; the oldest goes first. Far more than are ever worked on at once. */
const remembered = 2000;

/** Keeps the newest message of each id, of the newest ids. */
function remember<Message>(latest: Map<string, Message>, id: string, message: Message): void {
  // Deleting first makes the newest the last in the map's order.
  latest.delete(id);
  latest.set(id, message);
  const [oldest] = latest.keys();
  if (latest.size > remembered && oldest !== undefined) latest.delete(oldest);
}

const stageOf = (caseId: string, stage: DocumentStage) => `${stage} ${caseId}`;

/** Listens from now on. A message that is not understood is passed over, and logged. */
export async function createPassingProgress(bus: Bus, log: Logger): Promise<PassingProgress> {
  const documents = new Map<string, ProgressMessage>();
  const jobs = new Map<string, WorkingMessage>();
  const stages = new Map<string, WorkingMessage>();
  const hear = (data: unknown, from: string) => {
    const { data: message } = passingMessageSchema.safeParse(data);
    if (!message) log.warn({ subject: from }, 'a progress message was not understood');
    else if (message.kind === 'progress') remember(documents, message.documentId, message);
    else if (message.jobKind !== 'document') remember(jobs, message.jobId, message);
    else if (message.stage) remember(stages, stageOf(message.caseId, message.stage), message);
  };
  const stops = await Promise.all(progressSubjects.map((subject) => bus.subscribe(subject, hear)));
  return {
    of: (documentId) => documents.get(documentId),
    working: (jobId) => jobs.get(jobId),
    inStage: (caseId, stage) => stages.get(stageOf(caseId, stage)),
    async close() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}
