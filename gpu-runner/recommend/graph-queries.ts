import neo4j, { type Driver, type ManagedTransaction } from 'neo4j-driver';
import { z } from 'zod';
import { caseGraphGeneration, nodeId } from '#projections/case-graph/graph';
import { liveGeneration } from '#projections/runner/graph/control-schema';

/** Asks the generation of the graph that is live; every answer of one reading is from the same. */
export type GraphReading = {
  /** Of a node, with the generation. */
  id(own: string): string;
  ask<Row extends z.ZodType>(
    statement: string,
    parameters: Readonly<Record<string, unknown>>,
    row: Row,
  ): Promise<z.output<Row>[]>;
};

const pointerSchema = z.object({ generation: z.number().nullable() });

/** Reads the graph in one transaction. */
export async function readGraph<Answer>(
  graph: Driver,
  read: (reading: GraphReading) => Promise<Answer>,
): Promise<Answer> {
  const session = graph.session({ defaultAccessMode: neo4j.session.READ });
  try {
    return await session.executeRead(async (transaction) => read(await readingOf(transaction)));
  } finally {
    await session.close();
  }
}

async function readingOf(transaction: ManagedTransaction): Promise<GraphReading> {
  const { records } = await transaction.run(liveGeneration, { name: 'case-graph' });
  const row = records[0]?.toObject();
  const generation = (row && pointerSchema.parse(row).generation) ?? caseGraphGeneration;
  return {
    id: (own) => nodeId(generation, own),
    async ask(statement, parameters, schema) {
      const found = await transaction.run(statement, parameters);
      return found.records.map((record) => schema.parse(record.toObject()));
    },
  };
}
