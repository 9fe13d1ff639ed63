import shared from '@eventstore/db-client/generated/shared_pb.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStreamName, readUuid, writeStreamName, writeUuid } from './identifiers.ts';

test('a UUID is read from either form', () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      const hex = id.replaceAll('-', '');
      const half = (digits: string) => String(BigInt.asIntN(64, BigInt(`0x${digits}`)));
      const structured = new shared.UUID().setStructured(
        new shared.UUID.Structured()
          .setMostSignificantBits(half(hex.slice(0, 16)))
          .setLeastSignificantBits(half(hex.slice(16))),
      );
      expect(readUuid(structured)).toBe(id);
      expect(readUuid(writeUuid(id.toUpperCase()))).toBe(id);
    }),
  );
});

test.each(['', 'no', '0'.repeat(36)])('%j is no UUID', (id) => {
  expect(() => readUuid(writeUuid(id))).toThrow('UUID');
});

test('a stream name is any text but nothing and $all', () => {
  expect(readStreamName(writeStreamName('Akte Ö✓'))).toBe('Akte Ö✓');
  expect(() => readStreamName(undefined)).toThrow('missing');
  expect(() => readStreamName(writeStreamName('$all'))).toThrow('$all');
});
