import type { Bus } from '#platform/ports';

/** What is being done about a report, for those who wait for it. */
export type TellStep = {
  (step: string): void;
  /** That it waits for something that is away, which the words name. */
  readonly waiting: (step: string) => void;
  /** Where a model's words are told while they come in, under a step. */
  readonly words: (step: string) => { subject: string; message: Record<string, unknown> };
};

/** Tells on the bus, never in the log. Nobody waits for it, and nobody minds if it fails: the log says what is true. */
export function tellStep(bus: Bus, { reportId, caseId }: { reportId: string; caseId: string }): TellStep {
  const subject = `progress.report.${reportId}`;
  const message = { kind: 'working', caseId, jobKind: 'report', jobId: reportId };
  const publish = (said: Record<string, unknown>) =>
    void bus.publish(subject, { ...message, ...said }).catch(() => {});
  return Object.assign((step: string) => publish({ step }), {
    waiting: (step: string) => publish({ step, waiting: true }),
    words: (step: string) => ({ subject, message: { ...message, step } }),
  });
}
