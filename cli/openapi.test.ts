import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { expect, test } from 'vitest';
import type { ActorEnv } from '#platform/http/actor';
import { describeApis } from './openapi.ts';

const api = (method: 'get' | 'post', path: string) => {
  const app = new OpenAPIHono<ActorEnv>();
  const responses = { 200: { description: 'ok', content: { 'application/json': { schema: z.object({}) } } } };
  app.openAPIRegistry.registerPath(createRoute({ method, path, responses }));
  return app;
};

test('what two APIs serve is described as one, also where they share a path', () => {
  const { paths } = describeApis([
    api('get', '/api/cases'),
    api('post', '/api/cases'),
    api('get', '/api/me'),
  ]);
  expect(Object.keys(paths?.['/api/cases'] ?? {}).sort()).toEqual(['get', 'post']);
  expect(paths?.['/api/me']).toBeDefined();
});
