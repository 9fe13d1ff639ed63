import type { Context, MiddlewareHandler } from 'hono';
import { Problem } from '#platform/http/problem';
import type { PositionWaiter } from '#platform/position-waiter';

/** Where a client says which position its read must have seen. */
export const positionHeader = 'X-Casefold-Position';
/** Long enough for a projection that keeps up, short enough for a person. */
const longestWaitMs = 3000;
/** Log positions are unsigned 64-bit numbers; the largest has twenty digits. */
const positionPattern = /^\d{1,20}$/;

/** The header in the OpenAPI document. */
export const positionParameter = {
  name: positionHeader,
  in: 'header' as const,
  required: false,
  description: 'The position a write answered with: the read waits until it can show at least that.',
  schema: { type: 'string' as const, pattern: positionPattern.source },
};

/**
 * Read your writes: a request that carries a position is answered when the projections behind the route have applied
 * everything up to it. If that takes too long the client is told to come again (503 with `Retry-After`).
 *
 * @param projections the names of those behind the route, or what the request makes of them
 */
export function sees(
  positions: PositionWaiter,
  projections: readonly string[] | ((c: Context) => readonly string[]),
  timeoutMs = longestWaitMs,
): MiddlewareHandler {
  return async (c, next) => {
    const header = c.req.header(positionHeader);
    if (header !== undefined) {
      if (!positionPattern.test(header)) {
        throw new Problem(422, 'invalid-input', `${positionHeader} is not a position`, {
          detail: 'Send the decimal digits that a write answered with.',
          errors: [{ field: positionHeader, message: 'must be decimal digits' }],
        });
      }
      const names = typeof projections === 'function' ? projections(c) : projections;
      if (!(await positions.waitFor(names, BigInt(header), timeoutMs))) {
        throw new Problem(503, 'not-yet-visible', 'This is not to be seen yet', {
          detail: `Not all of ${names.join(', ')} have reached position ${header}. Nothing is lost; ask again.`,
          headers: { 'retry-after': '1' },
        });
      }
    }
    await next();
  };
}
