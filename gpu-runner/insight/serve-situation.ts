import { situationRequestSchema, situationSubject } from '#domain/insight/analysis';
import { type Database, isTransientPostgresError } from '#platform/clients/postgres';
import type { Bus } from '#platform/ports';
import type { PositionWaiter } from '#platform/position-waiter';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { situationOf } from './situation.ts';

/** How long a request waits for the read models to have seen what the person did. */
const patienceMs = 60_000;

/**
 * Answers what there is to do for a person in a case, until the returned function is called.
 */
export function serveSituation(ports: {
  readonly bus: Bus;
  readonly db: Database;
  readonly positions: PositionWaiter;
}): Promise<() => Promise<void>> {
  const { bus, db, positions } = ports;
  return bus.respond(situationSubject, { queue: 'gpu-runner', concurrency: 2 }, async (data) => {
    const request = situationRequestSchema.parse(data);
    const behind = ['document-list', 'user-interest'];
    if (!(await positions.waitFor(behind, BigInt(request.position), patienceMs))) {
      throw new ServiceUnavailableError('The read models have not seen what the person did yet.');
    }
    try {
      return await situationOf(db, request);
    } catch (error) {
      if (!isTransientPostgresError(error)) throw error;
      throw new ServiceUnavailableError('Postgres is away.', { cause: error });
    }
  });
}
