import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  metadataFromText,
  metadataFromWire,
  metadataToWire,
  wireMetadataSchema,
} from './eventstore-wire-metadata.ts';

/** What the schema alone says. */
function verdict(text: string): unknown {
  try {
    return wireMetadataSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function expectSame(text: string): void {
  const expected = verdict(text);
  const found = metadataFromText(text);
  expect(found).toStrictEqual(expected);
  // The order of the keys as well: digests are made of it.
  expect(JSON.stringify(found)).toBe(JSON.stringify(expected));
}

const string = fc.oneof(
  { weight: 10, arbitrary: fc.uuid() },
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', 'a"b', 'a\\b', '\n', '\u2028', '\0', '\ud800', 'x'.repeat(200), 'x'.repeat(201)),
);
const moment = fc.oneof(
  { weight: 6, arbitrary: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()) },
  fc.constantFrom(
    '2026-02-29T00:00:00Z',
    '2028-02-29T00:00:00Z',
    '2026-11-22T10:00:00+01:00',
    '2026-11-22T10:00Z',
    '2026-11-22T10:00:00.123456789Z',
    '2026-11-22 10:00:00Z',
    '2026-11-31T10:00:00Z',
    '',
  ),
);
const odd = fc.jsonValue({ maxDepth: 1 });
const usually = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 30, arbitrary: arbitrary as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: odd });
const wireMetadata = fc.record(
  {
    caseId: usually(string),
    actor: usually(
      fc.record(
        { kind: usually(fc.constantFrom('person', 'system', 'model')), id: usually(string), more: odd },
        { requiredKeys: ['kind', 'id'] },
      ),
    ),
    occurredAt: usually(moment),
    schemaVersion: usually(
      fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 3 }) }, fc.double(), fc.maxSafeInteger()),
    ),
    $correlationId: usually(string),
    $causationId: usually(string),
    correlationId: odd,
    ['__proto__']: odd,
    extra: odd,
  },
  { requiredKeys: ['actor', 'occurredAt', 'schemaVersion', '$correlationId', '$causationId'] },
);

test('metadata is read as the schema reads it, whatever somebody wrote', () => {
  let good = 0;
  fc.assert(
    fc.property(wireMetadata, fc.boolean(), (metadata, spaced) => {
      const text = JSON.stringify(metadata, null, spaced ? 1 : undefined);
      expectSame(text);
      expect(metadataFromWire(JSON.parse(text))).toStrictEqual(verdict(text));
      if (verdict(text)) good++;
    }),
    { numRuns: 2000 },
  );
  expect(good).toBeGreaterThan(100);
});

const metadata = fc.record(
  {
    caseId: string,
    actor: fc.record({ kind: fc.constantFrom('person', 'system', 'model'), id: string }),
    correlationId: string,
    causationId: string,
    schemaVersion: fc.integer({ min: 1, max: 2 ** 40 }),
    occurredAt: moment,
  },
  { requiredKeys: ['actor', 'correlationId', 'causationId', 'schemaVersion', 'occurredAt'] },
);

test('what Casefold writes comes back as it was', () => {
  fc.assert(
    fc.property(metadata, (value) => {
      expectSame(JSON.stringify(metadataToWire(value)));
    }),
    { numRuns: 1000 },
  );
});

test('a text that was damaged anywhere is read as the schema reads it', () => {
  const damage = fc.oneof(
    fc.constantFrom(
      '',
      '"',
      '\\',
      '\\u0041',
      '\n',
      '\0',
      '1',
      '0',
      '-',
      '.5',
      'e1',
      ',',
      '}',
      '{}',
      'null',
      ' ',
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom(
      '"caseId":"x",',
      '"schemaVersion":2,',
      ',"$causationId":"y"',
      '"actor":{"kind":"model","id":"m"},',
    ),
  );
  fc.assert(
    fc.property(metadata, damage, fc.nat(), fc.nat(3), (value, inserted, place, removed) => {
      const text = JSON.stringify(metadataToWire(value));
      const at = place % (text.length + 1);
      expectSame(text.slice(0, at) + inserted + text.slice(at + removed));
    }),
    { numRuns: 5000 },
  );
});

const canonical =
  '{"caseId":"c","actor":{"kind":"person","id":"ada"},"occurredAt":"2026-11-22T10:00:00.000Z","schemaVersion":1,"$correlationId":"a","$causationId":"b"}';

test.each([
  ['"id":"ada"', `"id":"${'x'.repeat(200)}"`],
  ['"id":"ada"', `"id":"${'x'.repeat(201)}"`],
  ['"id":"ada"', '"id":""'],
  ['"id":"ada"', '"id":"a\\u0000"'],
  ['"id":"ada"', '"id":"a\tb"'],
  [':1,', ':0,'],
  [':1,', ':01,'],
  [':1,', ':1.0,'],
  [':1,', ':1e0,'],
  [':1,', ':9007199254740991,'],
  [':1,', ':9007199254740992,'],
  [':1,', ':-1,'],
  ['"person"', '"Person"'],
  ['"caseId":"c",', ''],
  ['"caseId":"c",', '"caseId":null,'],
  ['"caseId":"c",', '"caseId":"c","caseId":"d",'],
  ['-11-22T', '-11-31T'],
  ['}', '}}'],
])('with %s as %s, it is read as the schema reads it', (part, replacement) => {
  expect(verdict(canonical)).toBeDefined();
  expectSame(canonical.replace(part, replacement));
});
