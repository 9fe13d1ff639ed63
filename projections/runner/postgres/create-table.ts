import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';

/**
 * `CREATE TABLE` for a Drizzle table, so that a table is described once: columns, not-null, primary key. Text in a key
 * is compared byte by byte, so that the primary key's index has an order that is the same on every server.
 */
export function createTable(table: PgTable): string {
  const { name, schema, columns, primaryKeys } = getTableConfig(table);
  const inKey = new Set(primaryKeys.flatMap((key) => key.columns.map((column) => column.name)));
  const lines = columns.map((column) => {
    const type = column.getSQLType();
    const collation = type === 'text' && (column.primary || inKey.has(column.name)) ? ' COLLATE "C"' : '';
    const generated = column.generated
      ? ` GENERATED ALWAYS AS (${plainText(column.generated.as)}) STORED`
      : '';
    const nullability = column.notNull ? ' NOT NULL' : '';
    return `"${column.name}" ${type}${collation}${generated}${nullability}${column.primary ? ' PRIMARY KEY' : ''}`;
  });
  for (const key of primaryKeys)
    lines.push(`PRIMARY KEY (${key.columns.map((column) => `"${column.name}"`).join(', ')})`);
  return `CREATE TABLE ${schema ? `"${schema}".` : ''}"${name}" (\n  ${lines.join(',\n  ')}\n)`;
}

/** The expression of a generated column; Casefold writes these as plain text. */
function plainText(expression: unknown): string {
  if (typeof expression === 'string') return expression;
  throw new TypeError('A generated column needs its expression as plain text.');
}
