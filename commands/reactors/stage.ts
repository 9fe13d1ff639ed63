import type { DocumentCommand } from '#domain/document/commands';
import { type DocumentState, documentDecider, documentStream } from '#domain/document/decider';
import type { DocumentEvent, ProcessingStage } from '#domain/document/events';
import type { Actor, RecordedEvent } from '#domain/event';
import { type EventStore, EventStoreUnavailableError } from '#platform/event-store';
import { foldStream, handleCommand } from '#platform/handle-command';
import { isPassingSystemError } from '#platform/passing-error';
import { BusClosedError, NoResponderError, RemoteError, RequestTimeoutError } from '#platform/ports';
import { contextOfReaction } from '../command-context.ts';
import type { Attempt } from './reactor.ts';

/** A stage could not be done, for a reason that belongs to the document. */
export class StageFailure extends Error {
  override name = 'StageFailure';
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

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

/** How often a stage that fails for no known reason is tried before the document is said to have failed. */
const maxDeliveries = 3;

/**
 * Does one stage of a document because of an event, and records what came of it. A document that has moved on meanwhile
 * is left alone. What passes by itself is thrown, so that the event comes again; anything else becomes a
 * `DocumentProcessingFailed` with its stage and reason, and blocks nobody.
 */
export async function runStage(
  store: EventStore,
  stage: ProcessingStage,
  event: RecordedEvent<DocumentEvent>,
  { deliveries, signal }: Attempt,
  work: (state: DocumentState) => Promise<{ command: DocumentCommand; actor: Actor } | undefined>,
): Promise<void> {
  if (startedBy(event) !== stage) return;
  const { documentId, caseId } = event.data;
  const stream = documentStream(documentId);
  const record = (command: DocumentCommand, actor: Actor) =>
    handleCommand(store, documentDecider, stream, command, { ...contextOfReaction(stage, event), actor });

  const state = await foldStream<DocumentState, DocumentEvent>(store, documentDecider, stream);
  const current = state.stage === 'received' ? 'extracting' : state.stage;
  if (current !== stage) return;
  try {
    const outcome = await work(state);
    if (outcome) await record(outcome.command, outcome.actor);
  } catch (error) {
    // What a stop breaks off says nothing about the document.
    if (signal.aborted) throw error;
    const failure = failureOf(error, deliveries);
    if (!failure) throw error;
    const { reason, message } = failure;
    await record(
      { type: 'RecordProcessingFailure', documentId, caseId, stage, reason, message },
      { kind: 'system', id: `${stage}-reactor` },
    );
  }
}

/** What to record about an error; undefined for one that passes by itself. */
function failureOf(error: unknown, deliveries: number): { reason: string; message: string } | undefined {
  if (error instanceof StageFailure) return { reason: error.reason, message: error.message };
  if (isPassing(error) || deliveries + 1 < maxDeliveries) return undefined;
  const message = error instanceof Error ? error.message : String(error);
  return {
    reason: isTimeout(error) ? 'timeout' : 'failed',
    message: `Failed ${maxDeliveries} times, last with: ${message}. Retry it later.`,
  };
}

/** Nobody answered in time, or the model was stopped because it did not come to an end. */
const isTimeout = (error: unknown): boolean =>
  error instanceof RequestTimeoutError ||
  (error instanceof RemoteError && error.remoteName === 'ModelTimeoutError');

/** A timeout is none of these: a text that no model comes to an end with would come again for ever. */
function isPassing(error: unknown): boolean {
  if (error instanceof RemoteError) return error.remoteName === 'ServiceUnavailableError';
  return (
    error instanceof EventStoreUnavailableError ||
    error instanceof NoResponderError ||
    error instanceof BusClosedError ||
    isPassingSystemError(error) ||
    (error instanceof Error && error.name === 'AbortError')
  );
}
