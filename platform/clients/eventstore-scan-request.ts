import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';

const { Options } = streams.ReadReq;
const { AllOptions, FilterOptions, Position, UUIDOption } = Options;

/**
 * How far the server looks for one page of a filtered read. Its own choice is 32, which makes a sparse filter slow; it
 * counts events of the log, not those that pass.
 */
const searchWindow = 1000;

/**
 * A `Streams/Read` of `$all` to its end, filtered by event type, framed for gRPC.
 *
 * @param after begins with the event at this position, which somebody else has to leave out
 */
export function scanRequest(after: bigint, types: readonly string[]): Buffer {
  const filter = new FilterOptions()
    .setEventType(new FilterOptions.Expression().setPrefixList([...types]))
    .setMax(searchWindow)
    .setCheckpointintervalmultiplier(1);
  const options = readOptions(Number.MAX_SAFE_INTEGER).setFilter(filter);
  const start = new AllOptions();
  if (after < 0n) start.setStart(new shared.Empty());
  else start.setPosition(new Position().setCommitPosition(`${after}`).setPreparePosition(`${after}`));
  return framed(options.setAll(start));
}

/** A `Streams/Read` of the last event in `$all`, framed for gRPC. */
export function headRequest(): Buffer {
  return framed(
    readOptions(1)
      .setReadDirection(Options.ReadDirection.BACKWARDS)
      .setAll(new AllOptions().setEnd(new shared.Empty()))
      .setNoFilter(new shared.Empty()),
  );
}

function readOptions(count: number): streams.ReadReq.Options {
  const uuids = new UUIDOption();
  uuids.setString(new shared.Empty());
  return new Options().setCount(`${count}`).setResolveLinks(false).setUuidOption(uuids);
}

/** One message, not compressed. */
function framed(options: streams.ReadReq.Options): Buffer {
  const message = new streams.ReadReq().setOptions(options).serializeBinary();
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
