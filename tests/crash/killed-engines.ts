import neo4j from 'neo4j-driver';
import pg from 'pg';
import { defineGraphSchema } from '#platform/graph-schema';
import { applyGraphSchema } from '../../engines/graph/schema.ts';
import type { KilledEngine } from './engine-rounds.ts';

const parts = 4;

/** @param options what a session asks for when it connects, as in `-c name=value` */
export const killedPostgres = (options?: string): KilledEngine => ({
  name: 'postgres',
  parts,
  async connect(port) {
    const client = new pg.Client({
      connectionString: `postgres://casefold@127.0.0.1:${port}/postgres`,
      ...(options && { options }),
    });
    client.on('error', () => undefined);
    await client.connect();
    return {
      prepare: async () => {
        await client.query('CREATE TABLE IF NOT EXISTS kept (name text, part int, PRIMARY KEY (name, part))');
      },
      async write(name) {
        await client.query('BEGIN');
        for (let part = 0; part < parts; part++) {
          await client.query('INSERT INTO kept VALUES ($1, $2)', [name, part]);
        }
        await client.query('COMMIT');
      },
      async read() {
        const { rows } = await client.query<{ name: string; count: number }>(
          'SELECT name, count(*)::int AS count FROM kept GROUP BY name',
        );
        return new Map(rows.map(({ name, count }) => [name, count]));
      },
      close: () => client.end(),
    };
  },
});

const schema = defineGraphSchema({
  nodes: {
    Kept: { key: 'id', properties: { id: 'string', name: 'string' } },
    Writer: { key: 'id', properties: { id: 'string' } },
  },
  relationships: { WRITTEN_BY: { between: [['Kept', 'Writer']], properties: {} } },
});

export const killedGraph: KilledEngine = {
  name: 'graph',
  parts,
  async connect(port) {
    // Whoever cannot be reached is gone: nothing is tried again.
    const driver = neo4j.driver(`bolt://127.0.0.1:${port}`, undefined, { maxTransactionRetryTime: 0 });
    return {
      prepare: () => applyGraphSchema(driver, schema),
      async write(name) {
        const rows = Array.from({ length: parts }, (_, part) => ({ id: `${name}/${part}`, name }));
        await driver.executeQuery(
          `UNWIND $rows AS row MERGE (k:Kept {id: row.id}) SET k.name = row.name
           MERGE (w:Writer {id: row.name}) MERGE (k)-[:WRITTEN_BY]->(w)`,
          { rows },
        );
      },
      async read() {
        // A node without its edge is half done, too.
        const { records } = await driver.executeQuery(
          'MATCH (k:Kept) OPTIONAL MATCH (k)-[r:WRITTEN_BY]->(:Writer) RETURN k.name AS name, count(r) AS count',
        );
        return new Map(records.map((record) => [String(record.get('name')), Number(record.get('count'))]));
      },
      close: () => driver.close(),
    };
  },
};
