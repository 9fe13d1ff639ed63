import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import type { ExpectedRevision } from '../storage/append-decision.ts';
import type { EventLog } from '../storage/event-log.ts';
import type { WriteOutcome } from '../storage/log-writer.ts';
import { readExpectedRevision } from './append-call.ts';
import { readStreamName } from './identifiers.ts';
import { invalidArgument, serviceError, streamDeleted, toServiceError } from './service-error.ts';

/** `Streams/Delete`: a soft delete. */
export function deleteCall(log: EventLog) {
  return async (
    call: ServerUnaryCall<streams.DeleteReq, streams.DeleteResp>,
    answer: sendUnaryData<streams.DeleteResp>,
  ): Promise<void> => {
    try {
      const { stream, expected } = readTarget(call.request.getOptions());
      const position = positionOf(stream, expected, await log.delete(stream, expected));
      const message = new streams.DeleteResp.Position()
        .setCommitPosition(position)
        .setPreparePosition(position);
      answer(null, new streams.DeleteResp().setPosition(message));
    } catch (error) {
      answer(toServiceError(error));
    }
  };
}

/** `Streams/Tombstone`: a delete that cannot be undone. */
export function tombstoneCall(log: EventLog) {
  return async (
    call: ServerUnaryCall<streams.TombstoneReq, streams.TombstoneResp>,
    answer: sendUnaryData<streams.TombstoneResp>,
  ): Promise<void> => {
    try {
      const { stream, expected } = readTarget(call.request.getOptions());
      const position = positionOf(stream, expected, await log.tombstone(stream, expected));
      const message = new streams.TombstoneResp.Position()
        .setCommitPosition(position)
        .setPreparePosition(position);
      answer(null, new streams.TombstoneResp().setPosition(message));
    } catch (error) {
      answer(toServiceError(error));
    }
  };
}

function readTarget(options: streams.DeleteReq.Options | streams.TombstoneReq.Options | undefined) {
  if (!options) throw invalidArgument('A delete needs options.');
  return {
    stream: readStreamName(options.getStreamIdentifier()),
    expected: readExpectedRevision(options),
  };
}

/** The numbers EventStoreDB gives expectations that are no revision. */
const EXPECTED_NUMBERS = { any: -2, no_stream: -1, stream_exists: -4 } as const;

function positionOf(stream: string, expected: ExpectedRevision, outcome: WriteOutcome): string {
  if (outcome.kind === 'stream-deleted') throw streamDeleted(stream);
  if (outcome.kind === 'written') return String(outcome.position ?? 0);
  const expectedNumber = typeof expected === 'number' ? expected : EXPECTED_NUMBERS[expected];
  throw serviceError(status.FAILED_PRECONDITION, `Stream '${stream}' is not at the expected revision.`, {
    exception: 'wrong-expected-version',
    'stream-name': stream,
    'expected-version': String(expectedNumber),
    ...(outcome.current >= 0 && { 'actual-version': String(outcome.current) }),
  });
}
