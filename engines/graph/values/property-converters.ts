import { parseColumnType } from './column-type.ts';
import { type PropertyConverters, type ToBolt, toBolt } from './to-bolt.ts';

/**
 * Reads the catalog: how to convert the properties of each label and relationship type.
 *
 * @param query runs a statement and gives its rows
 */
export async function readPropertyConverters(
  query: (statement: string) => Promise<Record<string, unknown>[]>,
): Promise<PropertyConverters> {
  const labels = new Map<string, Map<string, ToBolt>>();
  const none: PropertyConverters = () => undefined;
  for (const { name } of await query('CALL show_tables() RETURN name AS name')) {
    const rows = await query(
      `CALL table_info('${String(name).replaceAll("'", "\\'")}') RETURN name AS name, type AS type`,
    );
    labels.set(
      String(name),
      new Map(rows.map((row) => [String(row.name), toBolt(parseColumnType(String(row.type)), none)])),
    );
  }
  return (label) => labels.get(label);
}
