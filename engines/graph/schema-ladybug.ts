import type { GraphSchema, PropertyType } from '#platform/graph-schema';

/** Runs one statement by itself and gives its rows. */
export type RunStatement = (
  statement: string,
  parameters?: Record<string, unknown>,
) => Promise<Record<string, unknown>[]>;

/** What is there contradicts the schema; only new generations of a projection may change a type. */
export class GraphSchemaError extends Error {
  override name = 'GraphSchemaError';
}

const ladybugTypes: Record<PropertyType, string> = {
  string: 'STRING',
  integer: 'INT64',
  float: 'DOUBLE',
  boolean: 'BOOL',
  'string[]': 'STRING[]',
  'integer[]': 'INT64[]',
  'float[]': 'DOUBLE[]',
};

/** Creates the tables, properties and label pairs that are not there yet. */
export async function addMissingTables(run: RunStatement, schema: GraphSchema): Promise<void> {
  const tables = await run('CALL show_tables() RETURN name AS name, type AS type');
  const exists = (name: string, type: 'NODE' | 'REL') => {
    const found = tables.find((table) => table.name === name);
    if (found !== undefined && found.type !== type) {
      throw new GraphSchemaError(
        `"${name}" is a ${found.type} table already; the schema wants a ${type} table.`,
      );
    }
    return found !== undefined;
  };
  for (const [label, { key, properties }] of Object.entries(schema.nodes)) {
    if (exists(label, 'NODE')) await addMissingProperties(run, label, properties, key);
    else {
      const columns = [...columnList(properties), `PRIMARY KEY(\`${key}\`)`];
      await run(`CREATE NODE TABLE \`${label}\`(${columns.join(', ')})`);
    }
  }
  for (const [type, { between, properties = {} }] of Object.entries(schema.relationships)) {
    if (exists(type, 'REL')) {
      await addMissingProperties(run, type, properties, undefined);
      await addMissingPairs(run, type, between);
    } else {
      const columns = [...between.map(pair), ...columnList(properties)];
      await run(`CREATE REL TABLE \`${type}\`(${columns.join(', ')})`);
    }
  }
}

async function addMissingProperties(
  run: RunStatement,
  table: string,
  properties: Readonly<Record<string, PropertyType>>,
  key: string | undefined,
): Promise<void> {
  const columns = await run(`CALL table_info('${table}') RETURN *`);
  for (const [name, type] of Object.entries(properties)) {
    const found = columns.find((column) => column.name === name);
    if (found === undefined) {
      await run(`ALTER TABLE \`${table}\` ADD \`${name}\` ${ladybugTypes[type]}`);
    } else if (found.type !== ladybugTypes[type]) {
      throw new GraphSchemaError(
        `The property ${table}.${name} is ${found.type} already; the schema wants ${ladybugTypes[type]}.`,
      );
    }
  }
  const foundKey = columns.find((column) => column['primary key'] === true)?.name;
  if (key !== undefined && foundKey !== key) {
    throw new GraphSchemaError(`${table} has the key ${String(foundKey)} already; the schema wants ${key}.`);
  }
}

async function addMissingPairs(
  run: RunStatement,
  type: string,
  between: readonly (readonly [string, string])[],
): Promise<void> {
  const connections = await run(`CALL show_connection('${type}') RETURN *`);
  for (const [from, to] of between) {
    const known = connections.some(
      (row) => row['source table name'] === from && row['destination table name'] === to,
    );
    if (!known) await run(`ALTER TABLE \`${type}\` ADD ${pair([from, to])}`);
  }
}

const pair = ([from, to]: readonly [string, string]) => `FROM \`${from}\` TO \`${to}\``;

function columnList(properties: Readonly<Record<string, PropertyType>>): string[] {
  return Object.entries(properties).map(([name, type]) => `\`${name}\` ${ladybugTypes[type]}`);
}
