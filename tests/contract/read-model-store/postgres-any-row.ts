import fc from 'fast-check';
import type { EverythingRow } from './postgres-sample.ts';

/** Text that Postgres takes: whole characters, and no NUL. */
const words = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '',
      '\\',
      '\\N',
      '\t\n\r',
      "'",
      '"',
      'NULL',
      '{}',
      '\u2028',
      '🎉'.repeat(50),
      'é'.repeat(500),
    ),
  )
  .map((value) => value.replaceAll('\0', '').toWellFormed());

const integerOf = (bits: number) =>
  fc.oneof(
    fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n }),
    fc.constantFrom(0n, -1n, 2n ** BigInt(bits - 1) - 1n, -(2n ** BigInt(bits - 1))),
  );

/** Years before 1000 are told in another way by JavaScript than by Postgres, where only Drizzle reads them. */
const time = fc.date({
  min: new Date('1000-01-01T00:00:00.000Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

/**
 * Keys that JSON writes as they are. V8 13.6 (Node 24.21) takes an escaped key of one character for another one that it met
 * at the same place before: after `JSON.parse('{"x":1,"\\\\":1}')`, `JSON.parse('{"x":1,"\\n":1}')` has the key of the first.
 */
const keys = words.filter((key) => key !== '__proto__' && JSON.stringify(key) === `"${key}"`);

const json: fc.Arbitrary<unknown> = fc.letrec((self) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    words,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(self('value'), { maxLength: 3 }),
    fc.dictionary(keys, self('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

const number = { noNaN: true } as const;
/** As text there is no minus zero. */
const positiveZero = (value: number) => (value === 0 ? 0 : value);
const nullable = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 4 });

/** A row with anything in it that a log may bring. */
export const anyRow: fc.Arbitrary<EverythingRow> = fc.record({
  first: fc.oneof(fc.constantFrom('a', 'b', 'c'), words),
  second: fc.oneof(fc.constantFrom(0n, 1n), integerOf(64)),
  words: nullable(words),
  whole: nullable(integerOf(32).map(Number)),
  size: nullable(fc.maxSafeInteger()),
  big: nullable(integerOf(64)),
  yes: nullable(fc.boolean()),
  day: nullable(time.map((value) => value.toISOString().slice(0, 10))),
  at: nullable(time),
  json: nullable(json.filter((value) => value !== null)),
  list: nullable(fc.array(words, { maxLength: 5 })),
  exact: nullable(fc.double(number).map(positiveZero)),
  rough: nullable(fc.float(number).map(positiveZero)),
  lastPosition: integerOf(64),
});
