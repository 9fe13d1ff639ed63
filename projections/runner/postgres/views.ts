import { getTableConfig } from 'drizzle-orm/pg-core';
import type { Transaction } from '#platform/clients/postgres';
import type { PostgresReadModel } from '../../read-model.ts';
import { hasCode } from './transaction.ts';

/** Lets readers see a generation: the views in schema `read` show its tables once the transaction ends. */
export async function showGeneration(
  transaction: Transaction,
  { parts }: PostgresReadModel,
  schema: string,
): Promise<void> {
  for (const part of parts) {
    const { name } = getTableConfig(part.table(schema));
    const view = `VIEW read."${name}"`;
    const content = `AS SELECT * FROM "${schema}"."${name}"`;
    try {
      await transaction.transaction((attempt) => attempt.execute(`CREATE OR REPLACE ${view} ${content}`));
    } catch (error) {
      // Its columns are not those it had.
      if (!hasCode(error, '42P16')) throw error;
      await transaction.execute(`DROP ${view}`);
      await transaction.execute(`CREATE ${view} ${content}`);
    }
  }
}
