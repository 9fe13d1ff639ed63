import neo4j, { type Driver, type ManagedTransaction } from 'neo4j-driver';
import type { GraphProjection } from '../projection.ts';
import { CheckpointMovedError, type Sink } from './sink.ts';

/** Makes the labels and relationship types of a schema known to whatever engine is behind the driver. */
export type ApplyGraphSchema = (driver: Driver, schema: GraphProjection['schema']) => Promise<void>;

/**
 * A projection's nodes and edges and its checkpoint (a node) in one graph. Positions travel as text: a driver's integer
 * holds them, but JavaScript's numbers do not.
 */
export function graphSink(driver: Driver, projection: GraphProjection, applySchema: ApplyGraphSchema): Sink {
  const { name } = projection;
  const generation = projection.version;
  const id = `${name}:g${generation}`;

  const write = async <T>(work: (transaction: ManagedTransaction) => Promise<T>): Promise<T> => {
    const session = driver.session({ defaultAccessMode: neo4j.session.WRITE });
    try {
      return await session.executeWrite(work);
    } finally {
      await session.close();
    }
  };

  return {
    async open() {
      await applySchema(driver, projection.schema);
      return write(async (transaction) => {
        const { records } = await transaction.run(
          "MERGE (c:ProjectionCheckpoint {id: $id}) ON CREATE SET c.position = '-1' RETURN c.position AS position",
          { id },
        );
        return BigInt(String(records[0]?.get('position') ?? '-1'));
      });
    },
    commit: (events, from, upTo) =>
      write(async (transaction) => {
        // Neo4j reads without a lock: writing first makes a second worker wait here and then see what we wrote.
        await transaction.run('MATCH (c:ProjectionCheckpoint {id: $id}) SET c.locked = true', { id });
        const { records } = await transaction.run(
          'MATCH (c:ProjectionCheckpoint {id: $id}) WHERE c.position = $from SET c.position = $upTo RETURN c.id AS id',
          { id, from: String(from), upTo: String(upTo) },
        );
        if (records.length === 0)
          throw new CheckpointMovedError(`The checkpoint of ${name} is not at ${from}.`);
        if (events.length > 0) await projection.apply(transaction, generation, events);
      }),
    isTransient: (error) =>
      neo4j.isRetryableError(error) || /ServiceUnavailable|SessionExpired/.test(String(error)),
  };
}
