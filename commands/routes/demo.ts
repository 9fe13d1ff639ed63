import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';
import { json } from '#platform/http/openapi';
import { demoStatusSchema } from '../contract.ts';
import type { WriteApiPorts } from '../ports.ts';

const status = createRoute({
  method: 'get',
  path: '/api/demo',
  summary: 'How far the demo case is',
  responses: { 200: json(demoStatusSchema, 'The state of the demo case') },
});

const load = createRoute({
  method: 'post',
  path: '/api/demo',
  summary: 'Load the demo case through the real pipeline',
  responses: { 202: json(demoStatusSchema, 'It is being loaded') },
});

export const demoRoutes = ({ demo }: WriteApiPorts) =>
  new OpenAPIHono<ActorEnv>()
    .openapi(status, async (c) => c.json(await demo.status(), 200))
    .openapi(load, async (c) => {
      demo.load();
      return c.json(await demo.status(), 202);
    });
