import { isValidSpanId, isValidTraceId } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newId } from '#platform/ids';
import { formatTraceparent, parseTraceparent, placeOfEvent, traceIdOf } from './span-ids.ts';

test('a correlation id that is a UUID is the trace id', () => {
  const id = newId();
  expect(traceIdOf(id)).toBe(id.replaceAll('-', ''));
  expect(traceIdOf(id.toUpperCase())).toBe(traceIdOf(id));
});

test('any text makes valid ids, and different ones other ids', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 2 }), ([one = '', other = '']) => {
      const [first, second] = [one, other].map((id) => placeOfEvent({ id, metadata: { correlationId: id } }));
      expect(isValidTraceId(first?.traceId ?? '') && isValidSpanId(first?.spanId ?? '')).toBe(true);
      expect(first?.traceId).not.toBe(second?.traceId);
      expect(first?.spanId).not.toBe(second?.spanId);
    }),
  );
  // Zeros mean "none" to OpenTelemetry.
  expect(isValidTraceId(traceIdOf('00000000-0000-0000-0000-000000000000'))).toBe(true);
});

test('a traceparent is read back, and what is none is nothing', () => {
  const place = placeOfEvent({ id: newId(), metadata: { correlationId: newId() } });
  expect(parseTraceparent(formatTraceparent(place))).toEqual(place);
  for (const text of [
    undefined,
    '',
    'x',
    `00-${'0'.repeat(32)}-${place.spanId}-01`,
    `00-${place.traceId}-${'0'.repeat(16)}-01`,
  ]) {
    expect(parseTraceparent(text)).toBeUndefined();
  }
});
