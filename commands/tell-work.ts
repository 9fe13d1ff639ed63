import type { DocumentStage } from '#domain/document/lifecycle';
import type { Bus } from '#platform/ports';

/** What is being done about something that was asked for, for those who wait for it. */
export type TellWork = {
  (step: string): void;
  /** That it waits for something that is away, which the error names. */
  readonly waiting: (error: unknown) => void;
  /** Where a model's words are told while they come in, under a step. */
  readonly words: (step: string) => { subject: string; message: Record<string, unknown> };
};

/**
 * What is asked for, and in which case. Of a document also the stage that the work is in: what one waits for there is
 * what every document of its case in that stage waits for, whether or not it has had its turn.
 */
type Job = { readonly jobId: string; readonly caseId: string; readonly stage?: DocumentStage };

/** Longer words are cut: a page has a line for them. */
const mostCharacters = 500;

/** Tells on the bus, never in the log. Nobody waits for it, and nobody minds if it fails: the log says what is true. */
export function tellWork(bus: Bus, jobKind: 'document' | 'question' | 'report', job: Job): TellWork {
  const subject = `progress.${jobKind}.${job.jobId}`;
  const message = { kind: 'working', jobKind, ...job };
  const publish = (said: Record<string, unknown>) =>
    void bus.publish(subject, { ...message, ...said }).catch(() => {});
  return Object.assign((step: string) => publish({ step }), {
    waiting(error: unknown) {
      const why = error instanceof Error ? error.message : String(error);
      publish({ step: `Waiting, and trying again: ${why}`.slice(0, mostCharacters), waiting: true });
    },
    words: (step: string) => ({ subject, message: { ...message, step } }),
  });
}
