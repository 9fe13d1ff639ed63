import type { Columns } from '../../read-model.ts';
import { valueWriter, type WriteValue, writeNull } from './copy-values.ts';
import { type CopyWriter, createCopyWriter, int16, reserve, takeBytes } from './copy-writer.ts';

export type CopyEncoder = {
  /** `"a", "b"`: the columns that are written, in their order. Generated ones are left out. */
  readonly columnList: string;
  /** The rows in binary format, in pieces of about a mebibyte. */
  encode(rows: Iterable<object>): Generator<Buffer>;
};

const pieceSize = 1 << 20;

/** `PGCOPY`, a line end of each kind to see that nothing was converted, a NUL; no flags, no extension. */
const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');

/** Writes rows of a Drizzle table in the binary format of COPY (PostgreSQL's documentation of COPY, "Binary Format"). */
export function createCopyEncoder(columns: Columns): CopyEncoder {
  const written = Object.entries(columns)
    .filter(([, column]) => column.generated === undefined)
    .map(([property, column]) => ({ property, name: column.name, write: valueWriter(column) }));
  const properties = written.map(({ property }) => property);
  const writers = written.map(({ write }) => write);
  return {
    columnList: written.map(({ name }) => `"${name}"`).join(', '),
    *encode(rows) {
      const writer = createCopyWriter(pieceSize + (pieceSize >> 2));
      reserve(writer, signature.length);
      writer.length += signature.copy(writer.bytes, 0);
      for (const row of rows) {
        writeRow(writer, properties, writers, row as Record<string, unknown>);
        if (writer.length >= pieceSize) yield takeBytes(writer);
      }
      reserve(writer, 2);
      int16(writer, -1);
      yield takeBytes(writer);
    },
  };
}

function writeRow(
  writer: CopyWriter,
  properties: readonly string[],
  writers: readonly WriteValue[],
  row: Record<string, unknown>,
): void {
  reserve(writer, 2);
  int16(writer, properties.length);
  for (let index = 0; index < properties.length; index++) {
    const value = row[properties[index] as string];
    if (value === null || value === undefined) writeNull(writer);
    else (writers[index] as WriteValue)(writer, value);
  }
}
