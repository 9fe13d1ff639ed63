import type { ManagedTransaction } from 'neo4j-driver';
import { unopened } from '../fenced-checkpoint.ts';
import type { ControlNodes } from './control.ts';
import { generationId } from './control-schema.ts';

const onlyGeneration = 1;

/**
 * Takes over what a version without generations has left: one checkpoint, `<name>:g1`, with a position, and content
 * whose ids begin with `g1:` as they do now. How many events of each type are in it was not kept.
 */
export async function adoptOnlyGeneration(
  transaction: ManagedTransaction,
  control: ControlNodes,
  name: string,
): Promise<void> {
  const id = generationId(name, onlyGeneration);
  const { records } = await transaction.run(
    'MATCH (c:ProjectionCheckpoint {id: $id}) RETURN c.position AS position',
    { id },
  );
  const position: unknown = records[0]?.get('position');
  if (typeof position !== 'string') return;
  // Somebody else may have been faster.
  if ((await control.lockPointer()).last > 0) return;
  const now = new Date();
  await control.setGeneration({
    generation: onlyGeneration,
    version: 1,
    state: 'live',
    partitions: 1,
    createdAt: now,
    changedAt: now,
  });
  await control.setCheckpoint(onlyGeneration, 0, { ...unopened, position: BigInt(position) });
  await control.setPointer({ generation: onlyGeneration, last: onlyGeneration });
  await transaction.run('MATCH (c:ProjectionCheckpoint {id: $id}) DELETE c', { id });
}
