import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Message, MessageReader, message } from './wire.ts';

test('messages come out whole, however the stream was cut', () => {
  const messages = fc.array(
    fc
      .tuple(fc.constantFrom('Q', 'P', 'd'), fc.uint8Array({ maxLength: 300 }))
      .map(([type, body]) => message(type, Buffer.from(body))),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(messages, fc.infiniteStream(fc.integer({ min: 1, max: 200 })), (sent, cuts) => {
      const stream = Buffer.concat(sent);
      const reader = new MessageReader();
      const received: Message[] = [];
      for (let at = 0; at < stream.length; ) {
        const size = cuts.next().value ?? 1;
        reader.push(stream.subarray(at, at + size));
        at += size;
        for (let next = reader.next(); next; next = reader.next()) received.push(next);
      }
      expect(received.map(({ bytes }) => bytes.toString('hex'))).toEqual(
        sent.map((bytes) => bytes.toString('hex')),
      );
      expect(reader.buffered).toBe(0);
    }),
  );
});
