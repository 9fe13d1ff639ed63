import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { entityKindSchema } from '#domain/document/events';
import type { ActorEnv } from '#platform/http/actor';
import { filterSchema, idSchema, json, pageQuery, problem, refuseInvalid } from '#platform/http/openapi';
import { caseEntityListSchema, duplicateListSchema, entityDetailSchema } from '../contract.ts';
import { decodeCursor, withCursor } from '../http/cursor.ts';
import { bigintPlace } from '../http/cursor-values.ts';
import { positionParameter, sees } from '../http/sees.ts';
import type { ReadApiPorts } from '../ports.ts';
import { duplicatesOfCase, listCaseEntities } from '../queries/case-entities.ts';
import { assertCase } from '../queries/case-file.ts';
import { findEntity } from '../queries/entity-detail.ts';

const params = z.object({ caseId: idSchema });
const noSuchCase = { 404: problem('There is no such case') };
const parameters = [positionParameter];

const list = createRoute({
  method: 'get',
  path: '/api/cases/{caseId}/entities',
  summary: 'Who and what the documents of a case name, what most of them name first',
  description:
    'Entities that were merged are one, under the name that was kept; `q` looks in all their names.',
  parameters,
  request: {
    params,
    query: z.object({
      q: filterSchema,
      kind: entityKindSchema.optional(),
      ...pageQuery(50, 200),
    }),
  },
  responses: { 200: json(caseEntityListSchema, 'A page of entities'), ...noSuchCase },
});

const duplicates = createRoute({
  method: 'get',
  path: '/api/cases/{caseId}/entities/duplicates',
  summary: 'Pairs of entities that may be one, for a person to decide',
  parameters,
  request: { params },
  responses: { 200: json(duplicateListSchema, 'The likeliest first'), ...noSuchCase },
});

const find = createRoute({
  method: 'get',
  path: '/api/cases/{caseId}/entities/{entityId}',
  summary: 'Where an entity is mentioned, and what is said of it',
  parameters,
  request: { params: z.object({ caseId: idSchema, entityId: idSchema }) },
  responses: {
    200: json(entityDetailSchema, 'The entity it is shown as'),
    404: problem('There is no such case or entity'),
  },
});

/** Documents, mentions, name and id. */
const placeSchema = z.tuple([bigintPlace, bigintPlace, z.string(), z.string()]);

export const entityRoutes = ({ db, graph, positions }: ReadApiPorts) => {
  const middleware = sees(positions, ['document-list', 'case-graph']);
  return new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi({ ...list, middleware }, async (c) => {
      const { caseId } = c.req.valid('param');
      const { cursor, ...query } = c.req.valid('query');
      await assertCase(db, caseId);
      const after = decodeCursor(cursor, placeSchema);
      return c.json(withCursor(await listCaseEntities(graph, caseId, { ...query, after })), 200);
    })
    .openapi({ ...duplicates, middleware }, async (c) => {
      const { caseId } = c.req.valid('param');
      await assertCase(db, caseId);
      return c.json({ duplicates: await duplicatesOfCase(graph, caseId) }, 200);
    })
    .openapi({ ...find, middleware }, async (c) => {
      const { caseId, entityId } = c.req.valid('param');
      await assertCase(db, caseId);
      return c.json(await findEntity(graph, caseId, entityId), 200);
    });
};
