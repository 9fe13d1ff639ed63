import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { ActorEnv } from '#platform/http/actor';
import { noTracer, parseTraceparent, type Tracer, traceIdOf } from '#platform/telemetry';
import { contextOfRequest } from './command-context.ts';

const reads = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Makes each request that changes something the root of a trace: that of its command's correlation id. A trace that the
 * sender is in is linked to, not joined: a correlation id is ours to give.
 */
export function traceCommand(tracer: Tracer): MiddlewareHandler<ActorEnv> | undefined {
  if (tracer === noTracer) return undefined;
  return (c, next) => {
    const { method } = c.req;
    if (reads.has(method)) return next();
    const sender = parseTraceparent(c.req.header('traceparent'));
    const { correlationId } = contextOfRequest(c);
    const options = {
      parent: { traceId: traceIdOf(correlationId) },
      kind: 'server',
      attributes: { 'http.request.method': method, 'casefold.correlation_id': correlationId },
      links: sender ? [sender] : [],
    } as const;
    return tracer.span(method, options, async (span) => {
      await next();
      span.set({ 'http.response.status_code': c.res.status });
      // A name is the route, not the path with its ids. Middleware and the pages match any method.
      const route = matchedRoutes(c).findLast((matched) => matched.method === method)?.path;
      if (route !== undefined) {
        span.rename(`${method} ${route}`);
        span.set({ 'http.route': route });
      }
      if (c.res.status >= 500) span.fail(String(c.res.status));
    });
  };
}
