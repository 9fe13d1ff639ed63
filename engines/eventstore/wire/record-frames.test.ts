import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRecordFrames } from './record-frames.ts';
import { encodeReadResponse } from './recorded-event.ts';

test('a page is encoded as its messages one by one are, each with gRPC’s prefix', () => {
  const record = fc.record({
    position: fc.oneof(fc.nat(300), fc.maxSafeNat()),
    record: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  });
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const page = {
        positions: records.map(({ position }) => position),
        lengths: records.map(({ record }) => record.length),
        bytes: Buffer.concat(records.map(({ record }) => record)),
        scannedTo: 0,
        atEnd: true,
      };
      const oneByOne = records.flatMap((each) => {
        const message = encodeReadResponse(each);
        const prefix = Buffer.alloc(5);
        prefix.writeUInt32BE(message.length, 1);
        return [prefix, message];
      });
      expect(encodeRecordFrames(page)).toEqual(Buffer.concat(oneByOne));
    }),
  );
});
