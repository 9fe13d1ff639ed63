import { setTimeout as pause } from 'node:timers/promises';
import { derivedId } from '#platform/ids';
import type { Logger } from '#platform/log';
import { audienceOf, type RecommendPorts, recommendTo } from '../recommend.ts';
import { isPassing } from './failure.ts';

/**
 * Renews everybody's recommendations from time to time until the signal: what others liked has changed, though nothing
 * happened that concerned a person. At the same place in the log it is the same command, so several processes that do it
 * record it once.
 */
export async function runRecommendationSchedule(
  ports: RecommendPorts,
  everyMs: number,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await pause(everyMs, undefined, { signal });
      await renewAll(ports, log, signal);
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'recommendations could not be renewed; again next time');
    }
  }
}

/**
 * Has everybody's lists worked out from all that is in the log now, one after the other. A list that cannot be worked out
 * keeps nobody else from theirs: they come in the same order each time.
 *
 * @throws what is away: it would be away for the others too
 */
export async function renewAll(ports: RecommendPorts, log: Logger, signal: AbortSignal): Promise<void> {
  const position = await ports.store.headPosition();
  if (position < 0n) return;
  for (const person of await audienceOf(ports, position, undefined, signal)) {
    signal.throwIfAborted();
    const id = derivedId('renew-recommendations', person.userId, person.caseId, String(position));
    const occurredAt = new Date().toISOString();
    const context = { commandId: id, correlationId: id, causationId: id, occurredAt };
    try {
      await recommendTo(ports, person, position, context, signal);
    } catch (error) {
      if (signal.aborted || isPassing(error)) throw error;
      log.warn({ err: error, ...person }, 'the recommendations of a person could not be renewed');
    }
  }
}
