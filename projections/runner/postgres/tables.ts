import { getTableColumns, is, type SQL, sql } from 'drizzle-orm';
import { type PgColumn, PgCustomColumn, type PgTable } from 'drizzle-orm/pg-core';
import type { EntryKey, Part } from '../../entries.ts';
import type { Columns, PostgresReadModel, TablePart } from '../../read-model.ts';
import { generationSchema } from './names.ts';

/** A part's table in one generation. */
export type PartTable = {
  readonly part: TablePart;
  readonly table: PgTable;
  /** By property name. */
  readonly columns: Columns;
  /** In the order of the key. */
  readonly keyColumns: readonly PgColumn[];
  readonly hasVectors: boolean;
};

export type PartTables = { of(part: Part): PartTable; all: readonly PartTable[] };

/** The tables of a generation. */
export function partTables({ name, parts }: PostgresReadModel, generation: number): PartTables {
  const schema = generationSchema(name, generation);
  const tables = new Map(parts.map((part) => [part.name, partTable(part, schema)]));
  return {
    all: [...tables.values()],
    of(part) {
      const found = tables.get(part.name);
      if (!found) throw new Error(`"${part.name}" is no part of ${name}.`);
      return found;
    },
  };
}

function partTable(part: TablePart, schema: string): PartTable {
  const table = part.table(schema);
  const columns: Columns = getTableColumns(table);
  return {
    part,
    table,
    columns,
    keyColumns: part.keyColumns.map((property) => columnOf(columns, property)),
    hasVectors: Object.values(columns).some(isVector),
  };
}

/** The column of a property. @throws {Error} if the table has none */
export function columnOf(columns: Columns, property: string): PgColumn {
  const column = columns[property];
  if (!column) throw new Error(`There is no column for "${property}".`);
  return column;
}

export const isVector = (column: PgColumn) =>
  is(column, PgCustomColumn) && column.getSQLType().startsWith('vector');

/** Holds for the rows with one of these keys; the keys go as one array for each column. */
export function hasKeyIn({ keyColumns }: PartTable, keys: readonly EntryKey[]): SQL {
  const arrays = keyColumns.map((column, index) => {
    const values = keys.map((key) => String(key[index]));
    return sql`${sql.param(values)}::${sql.raw(column.getSQLType())}[]`;
  });
  const [column, array] = [keyColumns[0], arrays[0]];
  if (keyColumns.length === 1 && column && array) return sql`${column} = ANY(${array})`;
  return sql`(${sql.join([...keyColumns], sql`, `)}) IN (SELECT * FROM unnest(${sql.join(arrays, sql`, `)}))`;
}
