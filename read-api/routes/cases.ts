import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { documentStages } from '#domain/document/lifecycle';
import type { ActorEnv } from '#platform/http/actor';
import { filterSchema, idSchema, json, pageQuery, problem, refuseInvalid } from '#platform/http/openapi';
import { caseListSchema, caseSchema, documentListSchema, metricsSeriesSchema } from '../contract.ts';
import { decodeCursor, withCursor } from '../http/cursor.ts';
import { bigintPlace, isoPlace, timestampPlace } from '../http/cursor-values.ts';
import { positionParameter, sees } from '../http/sees.ts';
import type { ReadApiPorts } from '../ports.ts';
import { caseMetrics } from '../queries/activity-metrics.ts';
import { assertCase, findCase, listCases } from '../queries/case-file.ts';
import { documentSorts, listDocuments } from '../queries/document-list.ts';

const params = z.object({ caseId: idSchema });
const noSuchCase = { 404: problem('There is no such case') };
const parameters = [positionParameter];

const list = createRoute({
  method: 'get',
  path: '/api/cases',
  summary: 'The cases, the most recently active first',
  parameters,
  request: { query: z.object(pageQuery(50, 200)) },
  responses: { 200: json(caseListSchema, 'A page of cases') },
});

const find = createRoute({
  method: 'get',
  path: '/api/cases/{caseId}',
  summary: 'A case',
  parameters,
  request: { params },
  responses: { 200: json(caseSchema, 'The case'), ...noSuchCase },
});

const documents = createRoute({
  method: 'get',
  path: '/api/cases/{caseId}/documents',
  summary: 'The documents of a case, with facets',
  description: 'Withdrawn documents are left out unless `stage=withdrawn` asks for them.',
  parameters,
  request: {
    params,
    query: z.object({
      q: filterSchema,
      stage: z.enum(documentStages).optional(),
      mediaType: filterSchema,
      tag: filterSchema,
      topic: filterSchema,
      sort: z.enum(documentSorts).default('uploaded'),
      order: z.enum(['asc', 'desc']).default('desc'),
      ...pageQuery(50, 200),
    }),
  },
  responses: { 200: json(documentListSchema, 'A page of documents'), ...noSuchCase },
});

const metrics = createRoute({
  method: 'get',
  path: '/api/cases/{caseId}/metrics',
  summary: 'What happened in a case how often, by day',
  parameters,
  request: { params },
  responses: { 200: json(metricsSeriesSchema, 'Counts in all and by day (UTC)'), ...noSuchCase },
});

/** Time of the last activity, and the case's id. */
const casePlaceSchema = z.tuple([isoPlace, z.string()]);

/** Each order has cursors of its own: the value sorted by must be one of its kind. */
const documentPlaceSchemas = {
  uploaded: z.tuple([z.literal('uploaded'), timestampPlace, z.string()]),
  name: z.tuple([z.literal('name'), z.string(), z.string()]),
  size: z.tuple([z.literal('size'), bigintPlace, z.string()]),
};

export const caseRoutes = ({ db, positions }: ReadApiPorts) =>
  new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi({ ...list, middleware: sees(positions, ['document-list']) }, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const after = decodeCursor(cursor, casePlaceSchema);
      return c.json(withCursor(await listCases(db, { limit, after })), 200);
    })
    .openapi({ ...find, middleware: sees(positions, ['document-list']) }, async (c) =>
      c.json(await findCase(db, c.req.valid('param').caseId), 200),
    )
    .openapi({ ...documents, middleware: sees(positions, ['document-list']) }, async (c) => {
      const { caseId } = c.req.valid('param');
      const { sort, order, limit, cursor, ...filters } = c.req.valid('query');
      const place = decodeCursor(cursor, documentPlaceSchemas[sort]);
      await assertCase(db, caseId);
      const { next, ...page } = await listDocuments(db, {
        caseId,
        userId: c.get('actor').id,
        filters,
        sort,
        order,
        limit,
        after: place && [place[1], place[2]],
      });
      return c.json(withCursor({ ...page, ...(next && { next: [sort, ...next] }) }), 200);
    })
    .openapi(
      { ...metrics, middleware: sees(positions, ['document-list', 'activity-metrics']) },
      async (c) => {
        const { caseId } = c.req.valid('param');
        await assertCase(db, caseId);
        return c.json(await caseMetrics(db, caseId), 200);
      },
    );
