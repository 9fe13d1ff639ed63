import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { ExpectedRevision } from '../storage/append-decision.ts';
import type { EventLog } from '../storage/event-log.ts';
import {
  appendRefusal,
  appendSuccess,
  badRequest,
  deadlinePassed,
  tooLarge,
} from './batch-append-response.ts';
import { readStreamName, readUuid, writeStreamName, writeUuid } from './identifiers.ts';
import { IncomingEvents } from './proposed-events.ts';

type Call = ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>;

type Batch = {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** Milliseconds since the Unix epoch. */
  readonly deadline: number;
  readonly incoming: IncomingEvents;
  /** Why the batch cannot be taken, known before its last part is there. */
  problem?: string;
};

/**
 * `Streams/BatchAppend`: one long stream of appends, each in one or more parts under its correlation id, answered in
 * the order they are committed.
 *
 * Every append is answered, whatever is wrong with it: the client waits without a timer of its own, and ending the
 * stream instead would reject the appends of every other writer in its process.
 */
export function batchAppendCall(log: EventLog) {
  return (call: Call): void => {
    const batches = new Map<string, Batch>();

    const answer = (correlationId: string, response: streams.BatchAppendResp, stream: string) => {
      if (call.cancelled || call.destroyed) return;
      call.write(
        response.setCorrelationId(writeUuid(correlationId)).setStreamIdentifier(writeStreamName(stream)),
      );
    };

    const commit = async (correlationId: string, batch: Batch) => {
      const { stream, expected, incoming, problem, deadline } = batch;
      if (problem !== undefined) return answer(correlationId, badRequest(problem), stream);
      if (incoming.tooLarge) return answer(correlationId, tooLarge(), stream);
      if (Date.now() > deadline) return answer(correlationId, deadlinePassed(), stream);
      try {
        const outcome = await log.append(stream, expected, incoming.events);
        const response =
          outcome.kind === 'written' ? appendSuccess(outcome) : appendRefusal(stream, expected, outcome);
        answer(correlationId, response, stream);
      } catch (error) {
        answer(correlationId, badRequest(messageOf(error)), stream);
      }
    };

    call.on('data', (request: streams.BatchAppendReq) => {
      const correlationId = readCorrelationId(request);
      if (correlationId === undefined) return;
      let batch = batches.get(correlationId);
      if (!batch) {
        batch = startBatch(request);
        batches.set(correlationId, batch);
      }
      try {
        for (const message of request.getProposedMessagesList()) batch.incoming.add(message);
      } catch (error) {
        batch.problem ??= messageOf(error);
      }
      if (!request.getIsFinal()) return;
      batches.delete(correlationId);
      void commit(correlationId, batch);
    });
    call.on('end', () => call.end());
    // A client that is gone is no error of this side; its answered appends stay, the others it will repeat.
    call.on('error', () => batches.clear());
  };
}

function startBatch(request: streams.BatchAppendReq): Batch {
  const options = request.getOptions();
  const deadline = options?.getDeadline()?.toDate().getTime() ?? Number.POSITIVE_INFINITY;
  const incoming = new IncomingEvents();
  try {
    const stream = readStreamName(options?.getStreamIdentifier());
    return { stream, expected: readExpected(options), deadline, incoming };
  } catch (error) {
    return { stream: '', expected: 'any', deadline, incoming, problem: messageOf(error) };
  }
}

function readExpected(options: streams.BatchAppendReq.Options | undefined): ExpectedRevision {
  if (options?.hasStreamPosition()) return Number(options.getStreamPosition());
  if (options?.hasNoStream()) return 'no_stream';
  if (options?.hasStreamExists()) return 'stream_exists';
  return 'any';
}

/** Without a correlation id there is nobody to answer. */
function readCorrelationId(request: streams.BatchAppendReq): string | undefined {
  try {
    return readUuid(request.getCorrelationId());
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
