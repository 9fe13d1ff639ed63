import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import type { ExpectedRevision } from '../storage/append-decision.ts';
import type { EventLog } from '../storage/event-log.ts';
import type { WriteOutcome } from '../storage/log-writer.ts';
import { readStreamName } from './identifiers.ts';
import { IncomingEvents, MAX_APPEND_BYTES } from './proposed-events.ts';
import { invalidArgument, serviceError, streamDeleted, toServiceError } from './service-error.ts';

type Call = ServerReadableStream<streams.AppendReq, streams.AppendResp>;

/**
 * `Streams/Append`: options first, then the events one by one. Clients use it when a call has its own credentials;
 * otherwise they use BatchAppend.
 */
export function appendCall(log: EventLog) {
  return async (call: Call, answer: sendUnaryData<streams.AppendResp>): Promise<void> => {
    try {
      let options: streams.AppendReq.Options | undefined;
      const incoming = new IncomingEvents();
      for await (const request of call as AsyncIterable<streams.AppendReq>) {
        options ??= request.getOptions();
        const message = request.getProposedMessage();
        if (message) incoming.add(message);
      }
      if (!options) throw invalidArgument('The first message of an append carries its options.');
      if (incoming.tooLarge) throw appendTooLarge();
      const stream = readStreamName(options.getStreamIdentifier());
      const expected = readExpectedRevision(options);
      answer(null, response(stream, expected, await log.append(stream, expected, incoming.events)));
    } catch (error) {
      answer(toServiceError(error));
    }
  };
}

/** The expectation of an append, a delete or a tombstone: they share these fields. */
export function readExpectedRevision(options: {
  hasAny(): boolean;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
  hasRevision(): boolean;
  getRevision(): string;
}): ExpectedRevision {
  if (options.hasRevision()) return Number(options.getRevision());
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return 'any';
}

function appendTooLarge() {
  return serviceError(status.INVALID_ARGUMENT, `Maximum append size of ${MAX_APPEND_BYTES} bytes exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(MAX_APPEND_BYTES),
  });
}

function response(stream: string, expected: ExpectedRevision, outcome: WriteOutcome): streams.AppendResp {
  if (outcome.kind === 'stream-deleted') throw streamDeleted(stream);
  if (outcome.kind === 'wrong-expected-revision') {
    const wrong = new streams.AppendResp.WrongExpectedVersion();
    if (outcome.current < 0) wrong.setCurrentNoStream(new shared.Empty());
    else wrong.setCurrentRevision(String(outcome.current));
    if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
    else if (expected === 'no_stream') wrong.setExpectedNoStream(new shared.Empty());
    else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new shared.Empty());
    else wrong.setExpectedRevision(String(expected));
    return new streams.AppendResp().setWrongExpectedVersion(wrong);
  }
  const success = new streams.AppendResp.Success();
  if (outcome.revision < 0) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(String(outcome.revision));
  if (outcome.position === undefined) success.setNoPosition(new shared.Empty());
  else {
    const position = String(outcome.position);
    success.setPosition(
      new streams.AppendResp.Position().setCommitPosition(position).setPreparePosition(position),
    );
  }
  return new streams.AppendResp().setSuccess(success);
}
