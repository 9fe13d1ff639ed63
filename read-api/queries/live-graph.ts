import neo4j, { type Driver } from 'neo4j-driver';
import { z } from 'zod';
import { caseGraphGeneration, nodeId } from '#projections/case-graph/graph';
import { idPrefix, liveGeneration } from '#projections/runner/graph/control-schema';

/** The generation of the case graph that is live while a question is answered. */
export type LiveGraph = {
  /** A node's id in it. */
  id(own: string): string;
  /** Its ids lie between these: `n.id > $start AND n.id < $end`. */
  readonly range: { readonly start: string; readonly end: string };
  rows<Row extends z.ZodType>(
    statement: string,
    parameters: Readonly<Record<string, unknown>>,
    rowSchema: Row,
  ): Promise<z.output<Row>[]>;
};

const pointerSchema = z.object({ generation: z.number().nullable() });

/** Asks several things of one generation in one transaction. */
export async function inLiveGraph<Answer>(
  driver: Driver,
  work: (live: LiveGraph) => Promise<Answer>,
): Promise<Answer> {
  const session = driver.session({ defaultAccessMode: neo4j.session.READ });
  try {
    return await session.executeRead(async (transaction) => {
      const pointer = await transaction.run(liveGeneration, { name: 'case-graph' });
      const row = pointer.records[0]?.toObject();
      const generation = (row && pointerSchema.parse(row).generation) ?? caseGraphGeneration;
      return work({
        id: (own) => nodeId(generation, own),
        range: { start: idPrefix(generation), end: `g${generation};` },
        async rows(statement, parameters, rowSchema) {
          const { records } = await transaction.run(statement, parameters);
          return records.map((record) => rowSchema.parse(record.toObject()));
        },
      });
    });
  } finally {
    await session.close();
  }
}
