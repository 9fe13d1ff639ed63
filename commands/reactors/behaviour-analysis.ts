import type { BehaviourEntry } from '#domain/behaviour/events';
import {
  analyseBehaviour,
  type Done,
  type Situation,
  type SituationRequest,
  situationSchema,
  situationSubject,
} from '#domain/insight/analysis';
import {
  type InsightCommand,
  type InsightState,
  insightDecider,
  insightStream,
  lookedAtTo,
} from '#domain/insight/decider';
import { dueWindow } from '#domain/insight/due-window';
import type { InsightEvent } from '#domain/insight/events';
import type { EventStore } from '#platform/event-store';
import { foldStream, handleCommand } from '#platform/handle-command';
import { derivedId } from '#platform/ids';
import type { Bus } from '#platform/ports';
import { currentTrace } from '#platform/telemetry';
import { contextOfReaction } from '../command-context.ts';
import type { Models } from '../models.ts';
import { entriesUpTo, type RecordedBehaviour } from './entries-up-to.ts';
import { orFailure } from './or-failure.ts';
import type { Attempt, Reactor } from './reactor.ts';

type Ports = { readonly store: EventStore; readonly bus: Bus; readonly models: Models };

/**
 * How somebody got on yesterday is no news: what was done, or lies in the log, for longer than this is not looked at.
 * Milliseconds.
 */
const newsMs = 24 * 3600 * 1000;
const situationTimeoutMs = 90_000;

/**
 * Has a model look at what a person does in a case, whenever there is enough that is new: what they are after, how they
 * get on, and what would help.
 */
export const behaviourAnalysisReactor = (ports: Ports): Reactor => ({
  name: 'behaviour-analysis',
  types: ['BehaviourRecorded'],
  concurrency: 2,
  messageTimeoutMs: ports.models.longestMs(2),
  handle: (event, attempt) => analyse(ports, event as RecordedBehaviour, attempt),
});

async function analyse(
  { store, bus, models }: Ports,
  event: RecordedBehaviour,
  attempt: Attempt,
): Promise<void> {
  const { signal } = attempt;
  const { userId, caseId } = event.data;
  if (!caseId || isOld(event.created)) return;
  const entries = await entriesUpTo(store, event, caseId);
  if (!dueWindow(entries, undefined)) return;
  const state = await foldStream<InsightState, InsightEvent>(store, insightDecider, insightStream(userId));
  const since = lookedAtTo(state, caseId);
  const due = dueWindow(entries, since);
  const [first, last] = [due?.[0], due?.at(-1)];
  // A batch that was kept offline may tell of last week.
  if (!due || !first || !last || isOld(new Date(last.occurredAt))) return;

  const insight = {
    userId,
    insightId: derivedId('insight', event.id),
    caseId,
    window: { from: first.occurredAt, to: last.occurredAt, entries: due.length },
  };
  const record = (command: InsightCommand, actor: { kind: 'model' | 'system'; id: string }) =>
    handleCommand(store, insightDecider, insightStream(userId), command, {
      ...contextOfReaction('behaviour-analysis', event),
      actor,
    });
  const work = async () => {
    const situation = await situationOf(bus, situationRequest(event, caseId, due), signal);
    const request = { ...situation, done: due.map(toldOf) };
    const { said, provenance } = await models.ask(analyseBehaviour, request, { signal });
    await record(
      { type: 'RecordBehaviourAnalysis', since, analysis: { ...insight, ...said, provenance } },
      { kind: 'model', id: provenance.model.name },
    );
  };
  await orFailure(attempt, work, (failure) =>
    record(
      { type: 'RecordAnalysisFailure', since, failure: { ...insight, ...failure } },
      { kind: 'system', id: 'behaviour-analysis-reactor' },
    ),
  );
}

const isOld = (time: Date) => Date.now() - time.getTime() > newsMs;

function situationRequest(
  event: RecordedBehaviour,
  caseId: string,
  due: readonly BehaviourEntry[],
): SituationRequest {
  const newestFirst = due.toReversed();
  return {
    userId: event.data.userId,
    caseId,
    documentIds: [...new Set(newestFirst.flatMap(({ documentId }) => documentId ?? []))],
    queries: [...new Set(newestFirst.flatMap(({ action, query }) => (action === 'searched' && query) || []))],
    position: String(event.position),
    ...currentTrace(),
  };
}

async function situationOf(bus: Bus, request: SituationRequest, signal: AbortSignal): Promise<Situation> {
  const answer = await bus.request(situationSubject, request, { timeoutMs: situationTimeoutMs, signal });
  return situationSchema.parse(answer);
}

const toldOf = ({
  action,
  occurredAt,
  documentId,
  query,
  milliseconds,
  characters,
}: BehaviourEntry): Done => ({
  action,
  occurredAt,
  ...(documentId && { documentId }),
  ...(query && { query }),
  ...(milliseconds !== undefined && { milliseconds }),
  ...(characters !== undefined && { characters }),
});
