import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, json, refuseInvalid } from '#platform/http/openapi';
import { recommendationsSchema } from '../contract.ts';
import { positionParameter, sees } from '../http/sees.ts';
import type { ReadApiPorts } from '../ports.ts';
import { recommendationReader } from '../queries/recommendations.ts';

const list = createRoute({
  method: 'get',
  path: '/api/recommendations',
  summary: 'What is recommended to whoever asks, with the reasons',
  description:
    'In one case with `caseId`; without it the best of all the cases in which anything is recommended to them, at most 5 of each and 20 in all.',
  parameters: [positionParameter],
  request: { query: z.object({ caseId: idSchema.optional() }) },
  responses: { 200: json(recommendationsSchema, 'The best first') },
});

/** Worked out before anybody asks: an answer is one read of the cache. */
export function recommendationRoutes({ cache, positions }: Pick<ReadApiPorts, 'cache' | 'positions'>) {
  const read = recommendationReader(cache);
  return new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid }).openapi(
    { ...list, middleware: sees(positions, ['recommendations']) },
    async (c) => c.json(await read(c.get('actor').id, c.req.valid('query').caseId), 200),
  );
}
