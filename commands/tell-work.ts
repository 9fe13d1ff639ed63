import type { Bus } from '#platform/ports';

/** What is being done about something that was asked for, for those who wait for it. */
export type TellWork = {
  (step: string): void;
  /** That it waits for something that is away, which the error names. */
  readonly waiting: (error: unknown) => void;
  /** Where a model's words are told while they come in, under a step. */
  readonly words: (step: string) => { subject: string; message: Record<string, unknown> };
};

/** Longer words are cut: a page has a line for them. */
const mostCharacters = 500;

/** Tells on the bus, never in the log. Nobody waits for it, and nobody minds if it fails: the log says what is true. */
export function tellWork(
  bus: Bus,
  jobKind: 'question' | 'report',
  { jobId, caseId }: { readonly jobId: string; readonly caseId: string },
): TellWork {
  const subject = `progress.${jobKind}.${jobId}`;
  const message = { kind: 'working', caseId, jobKind, jobId };
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
