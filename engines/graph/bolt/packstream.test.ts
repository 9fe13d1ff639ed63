import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoltProtocolError, BoltStructure, type BoltValue } from './bolt-value.ts';
import { ChunkReader } from './chunks.ts';
import { decodeMessage } from './packstream-reader.ts';
import { encodeMessage } from './packstream-writer.ts';

const { value: anyValue } = fc.letrec<{ value: BoltValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.integer().map(BigInt),
    fc.double(),
    fc.string({ unit: 'grapheme' }),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.array(tie('value')),
    fc.array(fc.tuple(fc.string(), tie('value'))).map((entries) => new Map(entries)),
  ),
}));

const unchunk = (bytes: Buffer) => new ChunkReader().push(bytes).map(decodeMessage);

test('any message comes back as it is', () => {
  fc.assert(
    fc.property(fc.array(anyValue, { maxLength: 5 }), (fields) => {
      const message = new BoltStructure(0x71, fields);
      expect(unchunk(encodeMessage(message))).toEqual([message]);
    }),
  );
});

test.each([0, 15, 16, 255, 256, 65_534, 65_535, 65_536, 200_000])(
  'text, lists and maps of size %i',
  (size) => {
    const fields: BoltValue[] = [
      'x'.repeat(size),
      Array.from({ length: size }, () => true),
      new Map(Array.from({ length: size }, (_, at) => [String(at), null])),
      Buffer.alloc(size, 7),
    ];
    const message = new BoltStructure(0x10, fields);
    expect(unchunk(encodeMessage(message))).toEqual([message]);
  },
);

test('however the network cuts them, messages come out whole', () => {
  const messages = [1, 70_000, 0, 3].map((size) => new BoltStructure(0x10, ['y'.repeat(size)]));
  // An empty chunk between messages only keeps the connection alive.
  const wire = Buffer.concat([
    ...messages.map(encodeMessage),
    Buffer.of(0, 0),
    encodeMessage(new BoltStructure(1, [])),
  ]);
  for (const size of [1, 2, 3, 1_000, wire.length]) {
    const reader = new ChunkReader();
    const bodies: Buffer[] = [];
    for (let at = 0; at < wire.length; at += size) bodies.push(...reader.push(wire.subarray(at, at + size)));
    expect(bodies.map(decodeMessage)).toEqual([...messages, new BoltStructure(1, [])]);
  }
});

test('no bytes make the reader do anything but answer or refuse', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        decodeMessage(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(BoltProtocolError);
      }
    }),
  );
});

test('a list that claims a thousand million elements, or endless nesting, is refused', () => {
  expect(() => decodeMessage(Buffer.of(0xb1, 0x10, 0xd6, 0x3f, 0xff, 0xff, 0xff))).toThrow(BoltProtocolError);
  expect(() => decodeMessage(Buffer.alloc(10_000, 0x91))).toThrow(BoltProtocolError);
});
