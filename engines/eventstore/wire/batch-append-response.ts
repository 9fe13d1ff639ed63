import code from '@eventstore/db-client/generated/code_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import statusMessages from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { ExpectedRevision } from '../storage/append-decision.ts';
import type { WriteOutcome } from '../storage/log-writer.ts';
import { writeStreamName } from './identifiers.ts';
import { MAX_APPEND_BYTES } from './proposed-events.ts';

type Written = Extract<WriteOutcome, { kind: 'written' }>;
type Refused = Exclude<WriteOutcome, Written>;

export function appendSuccess(outcome: Written): streams.BatchAppendResp {
  const success = new streams.BatchAppendResp.Success();
  if (outcome.revision < 0) success.setNoStream(new empty.Empty());
  else success.setCurrentRevision(String(outcome.revision));
  if (outcome.position === undefined) success.setNoPosition(new empty.Empty());
  else {
    const position = String(outcome.position);
    success.setPosition(
      new shared.AllStreamPosition().setCommitPosition(position).setPreparePosition(position),
    );
  }
  return new streams.BatchAppendResp().setSuccess(success);
}

export function appendRefusal(
  stream: string,
  expected: ExpectedRevision,
  outcome: Refused,
): streams.BatchAppendResp {
  if (outcome.kind === 'stream-deleted') {
    const deleted = new shared.StreamDeleted().setStreamIdentifier(writeStreamName(stream));
    return failure(
      code.Code.FAILED_PRECONDITION,
      `Event stream '${stream}' is deleted.`,
      'StreamDeleted',
      deleted,
    );
  }
  const wrong = new shared.WrongExpectedVersion();
  if (outcome.current < 0) wrong.setCurrentNoStream(new empty.Empty());
  else wrong.setCurrentStreamRevision(String(outcome.current));
  if (expected === 'any') wrong.setExpectedAny(new empty.Empty());
  else if (expected === 'no_stream') wrong.setExpectedNoStream(new empty.Empty());
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new empty.Empty());
  else wrong.setExpectedStreamPosition(String(expected));
  return failure(
    code.Code.FAILED_PRECONDITION,
    `Stream '${stream}' is not at the expected revision.`,
    'WrongExpectedVersion',
    wrong,
  );
}

export function tooLarge(): streams.BatchAppendResp {
  return failure(
    code.Code.INVALID_ARGUMENT,
    `Maximum append size of ${MAX_APPEND_BYTES} bytes exceeded.`,
    'MaximumAppendSizeExceeded',
    new shared.MaximumAppendSizeExceeded().setMaxappendsize(MAX_APPEND_BYTES),
  );
}

export function deadlinePassed(): streams.BatchAppendResp {
  return failure(
    code.Code.DEADLINE_EXCEEDED,
    'The deadline passed before the append was written.',
    'Timeout',
    new shared.Timeout(),
  );
}

/** The client shows `message` in its error for every type that it has no class for. */
export function badRequest(message: string): streams.BatchAppendResp {
  return failure(
    code.Code.INVALID_ARGUMENT,
    message,
    'BadRequest',
    new shared.BadRequest().setMessage(message),
  );
}

/** A `google.rpc.Status`. The client crashes if the details are missing. */
function failure(
  statusCode: code.Code,
  message: string,
  type: string,
  details: { serializeBinary(): Uint8Array },
): streams.BatchAppendResp {
  const packed = new any.Any();
  packed.pack(details.serializeBinary(), `event_store.client.${type}`);
  return new streams.BatchAppendResp().setError(
    new statusMessages.Status().setCode(statusCode).setMessage(message).setDetails(packed),
  );
}
