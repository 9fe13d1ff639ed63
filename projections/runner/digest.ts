import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Driver } from 'neo4j-driver';
import { z } from 'zod';
import type { Database } from '#platform/clients/postgres';
import type { ReadCache } from '#platform/ports';
import type { CacheProjection, GraphProjection, PostgresProjection } from '../projection.ts';
import { generationPrefix } from './keys.ts';

/**
 * What a read model holds, in a form that can be compared: for each of its tables, labels, relationship types or key
 * spaces the number of entries and a SHA-256 over all of them, whatever order they lie in. Equal content has equal
 * digests, in any generation and on any engine of the same kind.
 */
export type ContentDigest = readonly PartDigest[];
export type PartDigest = { readonly part: string; readonly entries: number; readonly sha256: string };

const tableDigestSchema = z.object({ entries: z.coerce.number(), sha256: z.string() });

/**
 * The digest of a Postgres projection. Computed where the rows are; only the digests travel.
 *
 * @param schema that of a generation, or `read` for the live one
 */
export async function digestPostgres(
  db: Database,
  { tables }: PostgresProjection,
  schema: string,
): Promise<ContentDigest> {
  return db.transaction(async (transaction) => {
    // Rows become text on the way, and times would depend on where the session thinks it is.
    await transaction.execute(sql`SET LOCAL timezone = 'UTC'`);
    const digests: PartDigest[] = [];
    for (const table of [...tables].sort()) {
      const { rows } = await transaction.execute(sql`
        SELECT count(*) AS entries,
          encode(sha256(coalesce(string_agg(hash, ''::bytea ORDER BY hash), ''::bytea)), 'hex') AS sha256
        FROM (
          -- A server's own stemmer makes the words of "search" from the text: no two versions make the same.
          SELECT sha256(convert_to((to_jsonb(content) - 'search')::text, 'UTF8')) AS hash
          FROM ${sql.identifier(schema)}.${sql.identifier(table)} content
        ) hashes`);
      digests.push({ part: table, ...tableDigestSchema.parse(rows[0]) });
    }
    return digests;
  });
}

/**
 * The digest of a graph projection: its nodes by label, its relationships by type. The checkpoint is no content, and
 * the generation is taken out of the keys.
 */
export async function digestGraph(
  driver: Driver,
  { schema }: GraphProjection,
  generation: number,
): Promise<ContentDigest> {
  const prefix = `g${generation}:`;
  const own = (key: unknown) => String(key).slice(prefix.length);
  const digests: PartDigest[] = [];
  const session = driver.session();
  const digest = async (part: string, statement: string, entryOf: (row: Row) => unknown) => {
    const entries: string[] = [];
    for await (const record of session.run(statement, { prefix }))
      entries.push(canonical(entryOf(record.toObject())));
    digests.push(digestOf(part, entries));
  };
  try {
    for (const [label, { key }] of sorted(schema.nodes)) {
      if (label === 'ProjectionCheckpoint') continue;
      await digest(
        `(${label})`,
        `MATCH (n:\`${label}\`) WHERE n.${key} STARTS WITH $prefix RETURN n AS entity`,
        (row) => {
          const properties = propertiesOf(row.entity);
          return { ...properties, [key]: own(properties[key]) };
        },
      );
    }
    for (const [type, { between }] of sorted(schema.relationships)) {
      for (const [from, to] of between) {
        const [start, end] = [schema.nodes[from]?.key, schema.nodes[to]?.key];
        await digest(
          `(${from})-[${type}]->(${to})`,
          `MATCH (a:\`${from}\`)-[r:\`${type}\`]->(b:\`${to}\`) WHERE a.${start} STARTS WITH $prefix
           RETURN a.${start} AS source, b.${end} AS target, r AS entity`,
          (row) => [own(row.source), own(row.target), propertiesOf(row.entity)],
        );
      }
    }
    return digests;
  } finally {
    await session.close();
  }
}

/** The digest of a cache projection: every key of a generation but the checkpoint. */
export async function digestCache(
  cache: ReadCache,
  { name }: CacheProjection,
  generation: number,
): Promise<ContentDigest> {
  const prefix = generationPrefix(name, generation);
  const keys = (await cache.keys(prefix)).filter((key) => key !== `${prefix}checkpoint`);
  const values = await cache.getMany(keys);
  const entries = keys.map((key, index) => canonical([key.slice(prefix.length), values[index] ?? null]));
  return [digestOf('keys', entries)];
}

type Row = Readonly<Record<string, unknown>>;

const entitySchema = z.looseObject({ properties: z.record(z.string(), z.unknown()) });
const propertiesOf = (entity: unknown): Row => entitySchema.parse(entity).properties;

const sorted = <Value>(record: Readonly<Record<string, Value>>) =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/** The hashes of the entries, sorted: the same wherever an entry lies, and an entry twice is not an entry once. */
function digestOf(part: string, entries: readonly string[]): PartDigest {
  const hashes = entries.map((entry) => createHash('sha256').update(entry).digest('hex')).sort();
  const sha256 = createHash('sha256').update(hashes.join('\n')).digest('hex');
  return { part, entries: entries.length, sha256 };
}

/** JSON with sorted keys and without nulls: one engine keeps a property that has no value, the other does not. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return String(inner);
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(sorted(inner as Row).filter(([, each]) => each !== null));
  });
}
