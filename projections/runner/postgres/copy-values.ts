import { is } from 'drizzle-orm';
import { PgArray, type PgColumn } from 'drizzle-orm/pg-core';
import { type CopyWriter, int16, int32, int64, reserve, text } from './copy-writer.ts';

/** Writes a value that is not null: the number of its bytes, and these as the type's `…_recv` function wants them. */
export type WriteValue = (writer: CopyWriter, value: unknown) => void;

type Encoding = {
  /** Object id of the type in every Postgres, which arrays name: `pg_type.dat`. */
  readonly oid: number;
  readonly write: WriteValue;
};

/** By Drizzle's name of the column type. */
const encodings: Readonly<Record<string, Encoding>> = {
  PgText: { oid: 25, write: (writer, value) => text(writer, String(value)) },
  PgVarchar: { oid: 1043, write: (writer, value) => text(writer, String(value)) },
  PgInteger: { oid: 23, write: writeInteger },
  PgSmallInt: { oid: 21, write: writeSmallInteger },
  PgBigInt64: { oid: 20, write: (writer, value) => eightBytes(writer, value as bigint) },
  PgBigInt53: { oid: 20, write: (writer, value) => eightBytes(writer, BigInt(value as number)) },
  PgBoolean: { oid: 16, write: writeBoolean },
  PgReal: { oid: 700, write: writeReal },
  PgDoublePrecision: { oid: 701, write: writeDouble },
  PgDateString: { oid: 1082, write: (writer, value) => writeDay(writer, String(value)) },
  PgDate: {
    oid: 1082,
    write: (writer, value) => writeDay(writer, (value as Date).toISOString().slice(0, 10)),
  },
  PgTimestamp: { oid: 1184, write: (writer, value) => writeTime(writer, value as Date) },
  PgJsonb: { oid: 3802, write: writeJson },
};

/**
 * How a column's values are written.
 *
 * @throws {TypeError} for a type that no read model has used so far
 */
export function valueWriter(column: PgColumn): WriteValue {
  if (is(column, PgArray)) return arrayWriter(column.baseColumn as PgColumn);
  if (column.columnType === 'PgCustomColumn') return customWriter(column);
  const encoding = encodings[column.columnType];
  if (!encoding) throw new TypeError(`COPY of ${column.columnType} ("${column.name}") is not provided for.`);
  return encoding.write;
}

/** A type of our own brings its binary form: that of pgvector is made by `vectorBytes`. */
function customWriter(column: PgColumn): WriteValue {
  return (writer, value) => {
    const bytes = column.mapToDriverValue(value);
    if (!Buffer.isBuffer(bytes)) throw new TypeError(`"${column.name}" has no binary form.`);
    reserve(writer, 4 + bytes.length);
    int32(writer, bytes.length);
    bytes.copy(writer.bytes, writer.length);
    writer.length += bytes.length;
  };
}

/** One dimension: how many there are of it, whether there are nulls, the type, the elements' number, the first index. */
function arrayWriter(base: PgColumn): WriteValue {
  const encoding = encodings[base.columnType];
  if (!encoding) throw new TypeError(`COPY of arrays of ${base.columnType} is not provided for.`);
  return (writer, value) => {
    const elements = value as readonly unknown[];
    reserve(writer, 24);
    const start = writer.length;
    writer.length += 4;
    int32(writer, elements.length > 0 ? 1 : 0);
    int32(writer, elements.some((each) => each === null) ? 1 : 0);
    int32(writer, encoding.oid);
    if (elements.length > 0) {
      int32(writer, elements.length);
      int32(writer, 1);
    }
    for (const each of elements) {
      if (each === null) writeNull(writer);
      else encoding.write(writer, each);
    }
    writer.bytes.writeInt32BE(writer.length - start - 4, start);
  };
}

/** Null has a length of -1. */
export function writeNull(writer: CopyWriter): void {
  reserve(writer, 4);
  int32(writer, -1);
}

function writeInteger(writer: CopyWriter, value: unknown): void {
  if (value !== ((value as number) | 0)) throw new RangeError(`${value} is no integer of 32 bits.`);
  reserve(writer, 8);
  int32(writer, 4);
  int32(writer, value as number);
}

function writeSmallInteger(writer: CopyWriter, value: unknown): void {
  if (value !== ((value as number) << 16) >> 16) throw new RangeError(`${value} is no integer of 16 bits.`);
  reserve(writer, 6);
  int32(writer, 2);
  int16(writer, value as number);
}

function eightBytes(writer: CopyWriter, value: bigint): void {
  // A view would take the lowest 64 bits of a larger one.
  if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} is no integer of 64 bits.`);
  reserve(writer, 12);
  int32(writer, 8);
  int64(writer, value);
}

function writeBoolean(writer: CopyWriter, value: unknown): void {
  reserve(writer, 5);
  int32(writer, 1);
  writer.bytes[writer.length++] = value ? 1 : 0;
}

/** As text there is no minus zero, so there is none here. */
function writeReal(writer: CopyWriter, value: unknown): void {
  reserve(writer, 8);
  int32(writer, 4);
  writer.length = writer.bytes.writeFloatBE(value === 0 ? 0 : (value as number), writer.length);
}

function writeDouble(writer: CopyWriter, value: unknown): void {
  reserve(writer, 12);
  int32(writer, 8);
  writer.length = writer.bytes.writeDoubleBE(value === 0 ? 0 : (value as number), writer.length);
}

/** The version of the form, and the text. */
function writeJson(writer: CopyWriter, value: unknown): void {
  const start = writer.length;
  text(writer, JSON.stringify(value), 1);
  // Its place was kept free between the length and the text.
  writer.bytes[start + 4] = 1;
}

/** Postgres counts from 2000-01-01. */
const epoch = Date.UTC(2000, 0, 1);
const dayLength = 86_400_000;

/** Years 1 to 9999: those that are written the same in ISO 8601 and understood by Postgres. */
const [earliest, latest] = [Date.parse('0001-01-01'), Date.parse('9999-12-31T23:59:59.999Z')];

function checkTime(time: number): void {
  if (!(time >= earliest && time <= latest)) throw new RangeError('A time is not in the years 1 to 9999.');
}

function writeDay(writer: CopyWriter, day: string): void {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) throw new RangeError(`"${day}" is no day.`);
  const time = Date.parse(day);
  checkTime(time);
  reserve(writer, 8);
  int32(writer, 4);
  int32(writer, (time - epoch) / dayLength);
}

/** Microseconds; a `Date` has milliseconds. */
function writeTime(writer: CopyWriter, value: Date): void {
  const time = value.getTime();
  checkTime(time);
  eightBytes(writer, BigInt(time - epoch) * 1000n);
}
