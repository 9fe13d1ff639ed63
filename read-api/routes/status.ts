import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, json, problem, refuseInvalid } from '#platform/http/openapi';
import { jobSchema, meSchema } from '../contract.ts';
import { positionParameter, sees } from '../http/sees.ts';
import type { ReadApiPorts } from '../ports.ts';
import { findJob } from '../queries/job-status.ts';

const me = createRoute({
  method: 'get',
  path: '/api/me',
  summary: 'Who is asking, and what they can do',
  description:
    '`searchesWeb` says whether a question may look outside its case (`extended`); without `SEARXNG_URL` it may not.',
  responses: { 200: json(meSchema, 'The person behind the request') },
});

const job = createRoute({
  method: 'get',
  path: '/api/jobs/status/{jobId}',
  summary: 'How far a job is',
  parameters: [positionParameter],
  request: { params: z.object({ jobId: idSchema }) },
  responses: { 200: json(jobSchema, 'The job'), 404: problem('There is no such job') },
});

/** A person's id as a name, until people have names. */
const nameOf = (userId: string) => userId.charAt(0).toUpperCase() + userId.slice(1);

export const statusRoutes = ({ cache, positions, progress, tierOf, searchesWeb }: ReadApiPorts) =>
  new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi(me, async (c) => {
      const { id } = c.get('actor');
      return c.json({ userId: id, name: nameOf(id), tier: await tierOf(id), searchesWeb }, 200);
    })
    .openapi({ ...job, middleware: sees(positions, ['job-status']) }, async (c) =>
      c.json(await findJob(cache, c.req.valid('param').jobId, progress), 200),
    );
