import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';

/** `CREATE TABLE` for a Drizzle table, so that a table is described once: columns, not-null, defaults, primary key. */
export function createTable(table: PgTable): string {
  const { name, schema, columns, primaryKeys } = getTableConfig(table);
  const lines = columns.map((column) => {
    const generated = column.generated
      ? ` GENERATED ALWAYS AS (${literalSql(column.generated.as)}) STORED`
      : '';
    const nullability = column.notNull ? ' NOT NULL' : '';
    return `"${column.name}" ${column.getSQLType()}${generated}${nullability}${column.primary ? ' PRIMARY KEY' : ''}`;
  });
  for (const key of primaryKeys) {
    lines.push(`PRIMARY KEY (${key.columns.map((column) => `"${column.name}"`).join(', ')})`);
  }
  return `CREATE TABLE ${schema ? `"${schema}".` : ''}"${name}" (\n  ${lines.join(',\n  ')}\n)`;
}

/** The expression of a generated column; Casefold writes these as plain text. */
function literalSql(expression: unknown): string {
  if (typeof expression === 'string') return expression;
  throw new TypeError('A generated column needs its expression as plain text.');
}
