import neo4j from 'neo4j-driver';
import type { GraphReadModel } from '../../read-model.ts';
import { droppedFence } from '../fenced-checkpoint.ts';
import { partitionsOf } from '../partition-of.ts';
import { idRange } from './content.ts';
import type { GraphTransactions } from './graph-store.ts';

/** Nodes that go in one transaction, with their edges. */
const sliceSize = 5_000;

/**
 * Takes a generation's nodes away in slices, so that writers to other generations get their turn, and then the
 * generation itself. Its partitions are taken over for good first: nothing is written behind the sweep. What a drop
 * that was cut short has left goes when it is repeated.
 *
 * @throws {Error} if it is the live one
 */
export async function dropGeneration(
  { write }: Pick<GraphTransactions, 'write'>,
  { name, parts }: GraphReadModel,
  generation: number,
): Promise<void> {
  const dropped = await write(async (control) => {
    const pointer = await control.lockPointer();
    if (pointer.generation === generation)
      throw new Error(`Generation ${generation} of ${name} is live: it cannot be dropped.`);
    const found = (await control.generations()).find((each) => each.generation === generation);
    if (!found) return undefined;
    for (const partition of partitionsOf(found.partitions)) {
      const checkpoint = await control.lockCheckpoint(generation, partition);
      await control.setCheckpoint(generation, partition, { ...checkpoint, fence: droppedFence });
    }
    return found;
  });
  if (!dropped) return;

  const range = { ...idRange(generation), limit: neo4j.int(sliceSize) };
  for (const part of parts) {
    if (part.kind !== 'node') continue;
    const take = `MATCH (n:\`${part.label}\`) WHERE n.id > $start AND n.id < $end RETURN n.id AS id LIMIT $limit`;
    const remove = `UNWIND $ids AS id MATCH (n:\`${part.label}\` {id: id}) DETACH DELETE n`;
    let more = true;
    while (more) {
      more = await write(async (_, transaction) => {
        const { records } = await transaction.run(take, range);
        if (records.length > 0)
          await transaction.run(remove, { ids: records.map((record) => record.get('id')) });
        return records.length === sliceSize;
      });
    }
  }
  await write((control) => control.forget(dropped));
}
