import type { RecordPage } from '../storage/record-reader.ts';
import { lengthOfBytesField, lengthOfVarint, ProtobufWriter } from './protobuf-writer.ts';

/** gRPC's flag and length, then tags and lengths of the two messages around a record, then its position. */
const MOST_AROUND_A_RECORD = 5 + 2 * 6 + 11;

/** Encodes a page of records as `streams.ReadResp{event}` messages, each with gRPC's prefix, in one buffer. */
export function encodeRecordFrames({ positions, lengths, bytes }: RecordPage): Buffer {
  const writer = new ProtobufWriter(bytes.length + positions.length * MOST_AROUND_A_RECORD);
  let start = 0;
  for (const [index, position] of positions.entries()) {
    const length = lengths[index] ?? 0;
    const event = lengthOfBytesField(length) + 1 + lengthOfVarint(position);
    writer.grpcPrefix(lengthOfBytesField(event));
    writer.nested(1, event);
    writer.nested(1, length);
    writer.copied(bytes, start, start + length);
    writer.presentUint64(3, position);
    start += length;
  }
  return writer.finish();
}
