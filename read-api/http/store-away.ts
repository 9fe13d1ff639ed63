import type { ErrorHandler } from 'hono';
import neo4j from 'neo4j-driver';
import { isTransientPostgresError } from '#platform/clients/postgres';
import { Problem, problems } from '#platform/http/problem';
import type { Logger } from '#platform/log';
import { NoResponderError, RemoteError, RequestTimeoutError } from '#platform/ports';

/** `undefined_table`: a projection that never ran here has not made its tables yet. */
const undefinedTable = '42P01';

/** Whether a runner says, in words for a person, what it waits for. */
export const isWaitingRunner = (error: unknown): error is RemoteError =>
  error instanceof RemoteError && error.remoteName === 'ServiceUnavailableError';

/** Whether what failed is what models are asked over: nobody serves them, or they wait for something themselves. */
export const isModelAway = (error: unknown): error is Error =>
  isWaitingRunner(error) || error instanceof NoResponderError || error instanceof RequestTimeoutError;

/** Whether what failed is a store or service that is starting, restarting, or briefly out of reach. */
export function isAway(error: unknown): boolean {
  if (isTransientPostgresError(error)) return true;
  if (isModelAway(error)) return true;
  if (error instanceof Error && neo4j.isRetryableError(error)) return true;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && cause.code === undefinedTable) return true;
  }
  return false;
}

/** The `onError` of the read API: a store that is away is a reason to come again, everything else is as elsewhere. */
export function readProblems(log: Logger): ErrorHandler {
  const known = problems(log);
  return (error, c) => {
    if (!isAway(error)) return known(error, c);
    // A runner says in words for a person what it waits for.
    const detail = isWaitingRunner(error) ? error.message : undefined;
    log.warn({ error: error.message, path: c.req.path }, 'a read failed because a store is away');
    const away = new Problem(503, 'store-away', 'This cannot be read just now', {
      detail:
        detail ?? 'A part of Casefold is starting or restarting. Nothing is lost; ask again in a moment.',
      headers: { 'retry-after': '1' },
    });
    return known(away, c);
  };
}
