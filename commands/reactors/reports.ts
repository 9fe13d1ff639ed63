import type { Actor, RecordedEvent } from '#domain/event';
import type { ReportCommand } from '#domain/report/commands';
import { type ReportState, reportDecider, reportStream } from '#domain/report/decider';
import type { ReportEvent } from '#domain/report/events';
import type { ReportStage } from '#domain/report/lifecycle';
import type { EventStore } from '#platform/event-store';
import { foldStream, handleCommand } from '#platform/handle-command';
import { contextOfReaction } from '../command-context.ts';
import { assemble, recommend, type StepPorts, summarise } from '../reports/write-step.ts';
import { tellWork } from '../tell-work.ts';
import type { Failure } from './failure.ts';
import { orFailure } from './or-failure.ts';
import type { Attempt, Reactor } from './reactor.ts';

type Ports = StepPorts & { readonly store: EventStore };

/** Each event of a report starts the step after it: the stage it leads to, and what is done there. */
const steps = {
  ReportRequested: ['summarising', summarise],
  JourneySummarised: ['recommending', recommend],
  RecommendationsFormulated: ['assembling', assemble],
} as const satisfies Partial<Record<ReportEvent['type'], readonly [ReportStage, typeof summarise]>>;

/**
 * Writes a report step by step. Each step ends with an event that starts the next, so that another worker goes on where
 * one was killed, and no step appears twice. What passes by itself is told to those who wait, and thrown, so that the
 * step comes again; anything else becomes a `ReportFailed` with its reason.
 */
export const reportsReactor = (ports: Ports): Reactor => ({
  name: 'reports',
  types: Object.keys(steps),
  concurrency: 2,
  messageTimeoutMs: ports.models.longestMs(2),
  handle: (event, attempt) => write(ports, event as RecordedEvent<ReportEvent>, attempt),
});

async function write(ports: Ports, event: RecordedEvent<ReportEvent>, attempt: Attempt): Promise<void> {
  if (!(event.type in steps)) return;
  const [stage, step] = steps[event.type as keyof typeof steps];
  const { store, bus } = ports;
  const { reportId, caseId } = event.data;
  const stream = reportStream(reportId);
  const record = (command: ReportCommand, actor: Actor, part = '') =>
    handleCommand(store, reportDecider, stream, command, {
      ...contextOfReaction('reports', event, part),
      actor,
    });

  const state = await foldStream<ReportState, ReportEvent>(store, reportDecider, stream);
  if (state.stage === 'unknown' || state.stage !== stage) return;
  const tell = tellWork(bus, 'report', { jobId: reportId, caseId });
  const work = async () => {
    const { command, model } = await step(ports, state, event, tell, attempt.signal);
    await record(command, { kind: 'model', id: model });
  };
  const fail = (failure: Failure) =>
    record(
      { type: 'RecordReportFailure', reportId, caseId, ...failure },
      { kind: 'system', id: 'reports-reactor' },
      'failure',
    );
  await orFailure(attempt, work, fail, tell.waiting);
}
