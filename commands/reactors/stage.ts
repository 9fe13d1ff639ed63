import type { DocumentCommand } from '#domain/document/commands';
import { type DocumentState, documentDecider, documentStream } from '#domain/document/decider';
import type { DocumentEvent, ProcessingStage } from '#domain/document/events';
import { stageAtWork } from '#domain/document/lifecycle';
import type { Actor, RecordedEvent } from '#domain/event';
import type { EventStore } from '#platform/event-store';
import { foldStream, handleCommand } from '#platform/handle-command';
import type { Bus } from '#platform/ports';
import { contextOfReaction } from '../command-context.ts';
import { tellWork } from '../tell-work.ts';
import { isPassing } from './failure.ts';
import { orFailure } from './or-failure.ts';
import type { Attempt } from './reactor.ts';

export type StagePorts = { readonly store: EventStore; readonly bus: Bus };

/** The stage that an event starts, if any: the one before has ended, or a person asked for it again. */
export function startedBy(event: RecordedEvent<DocumentEvent>): ProcessingStage | undefined {
  switch (event.type) {
    case 'DocumentUploaded':
      return 'extracting';
    case 'DocumentTextExtracted':
      return 'analysing';
    case 'DocumentAnalysed':
      return 'linking';
    case 'DocumentReprocessingRequested':
      return event.data.from;
    default:
      return undefined;
  }
}

/** What is away, or hangs, is found to be so sooner than this. */
const vainTryMs = 15_000;

/**
 * Does one stage of a document because of an event, and records what came of it. A document that has moved on meanwhile
 * is left alone. What passes by itself is told to those who wait, and thrown, so that the event comes again; anything
 * else becomes a `DocumentProcessingFailed` with its stage and reason, and blocks nobody.
 */
export async function runStage(
  { store, bus }: StagePorts,
  stage: ProcessingStage,
  event: RecordedEvent<DocumentEvent>,
  attempt: Attempt,
  work: (state: DocumentState) => Promise<{ command: DocumentCommand; actor: Actor } | undefined>,
): Promise<void> {
  if (startedBy(event) !== stage) return;
  const { documentId, caseId } = event.data;
  const stream = documentStream(documentId);
  const record = (command: DocumentCommand, actor: Actor) =>
    handleCommand(store, documentDecider, stream, command, { ...contextOfReaction(stage, event), actor });

  const state = await foldStream<DocumentState, DocumentEvent>(store, documentDecider, stream);
  if (state.stage === 'unknown' || stageAtWork(state.stage) !== stage) return;
  const tell = tellWork(bus, 'document', { jobId: documentId, caseId, stage });
  // Whoever was told that the stage waits is told when it does no longer. Only linking takes long while it waits itself.
  const atWork = stage === 'linking' ? undefined : setTimeout(tell, vainTryMs, 'At work');
  await orFailure(
    attempt,
    async () => {
      const outcome = await work(state);
      if (outcome) await record(outcome.command, outcome.actor);
    },
    ({ reason, message }) =>
      record(
        { type: 'RecordProcessingFailure', documentId, caseId, stage, reason, message },
        { kind: 'system', id: `${stage}-reactor` },
      ),
    (error) => {
      // What may be a reason of the document's own says nothing about the others in its stage.
      if (isPassing(error)) tell.waiting(error);
    },
  ).finally(() => clearTimeout(atWork));
  tell('Over');
}
