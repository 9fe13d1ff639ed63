import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeRecord,
  encodePersistentResponse,
  encodeReadResponse,
  encodeRecordedEvent,
  eventIdOf,
} from './recorded-event.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 300 });
const bytes = fc.uint8Array({ maxLength: 400 });
const eventFields = fc.record({
  id: fc.uuid(),
  stream: text.map((name) => Buffer.from(name)),
  revision: fc.oneof(fc.nat(), fc.constant(2n ** 63n - 1n), fc.constant(Number.MAX_SAFE_INTEGER)),
  position: fc.oneof(fc.maxSafeNat(), fc.constant(0)),
  type: text,
  contentType: fc.constantFrom('application/json', 'application/octet-stream'),
  created: fc.nat({ max: 4_000_000_000_000 }),
  customMetadata: bytes,
  data: bytes,
});

test('the generated classes read back what is encoded by hand', () => {
  fc.assert(
    fc.property(eventFields, (fields) => {
      const record = encodeRecordedEvent(fields);
      expect(eventIdOf(record)).toBe(fields.id);
      const decoded = decodeRecord(record);
      expect(decoded.getId()?.getString()).toBe(fields.id);
      expect(Buffer.from(decoded.getStreamIdentifier()?.getStreamName_asU8() ?? [])).toEqual(fields.stream);
      expect(decoded.getStreamRevision()).toBe(String(fields.revision));
      expect(decoded.getCommitPosition()).toBe(String(fields.position));
      expect(decoded.getPreparePosition()).toBe(String(fields.position));
      expect(decoded.getMetadataMap().get('type')).toBe(fields.type);
      expect(decoded.getMetadataMap().get('content-type')).toBe(fields.contentType);
      expect(decoded.getMetadataMap().get('created')).toBe(`${fields.created}0000`);
      expect([...decoded.getCustomMetadata_asU8()]).toEqual([...fields.customMetadata]);
      expect([...decoded.getData_asU8()]).toEqual([...fields.data]);
    }),
  );
});

test('responses carry the event, its link, its position and how often it was retried', () => {
  fc.assert(
    fc.property(eventFields, eventFields, fc.boolean(), fc.nat(1000), (event, link, linked, retryCount) => {
      const resolved = {
        record: encodeRecordedEvent(event),
        position: event.position,
        ...(linked && { link: encodeRecordedEvent(link) }),
      };
      const read = streams.ReadResp.deserializeBinary(encodeReadResponse(resolved)).getEvent();
      expect(read?.getEvent()?.getId()?.getString()).toBe(event.id);
      expect(read?.getLink()?.getId()?.getString()).toBe(linked ? link.id : undefined);
      expect(read?.getCommitPosition()).toBe(String(event.position));
      const delivered = persistent.ReadResp.deserializeBinary(
        encodePersistentResponse(resolved, retryCount),
      ).getEvent();
      expect(delivered?.getEvent()?.getId()?.getString()).toBe(event.id);
      expect(delivered?.getRetryCount()).toBe(retryCount);
    }),
  );
});
