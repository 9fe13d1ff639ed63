import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, json, limitSchema, problem, queryTextSchema, refuseInvalid } from '#platform/http/openapi';
import { searchAnswerSchema, searchModes, vectorSearchAnswerSchema } from '../contract.ts';
import { positionParameter, sees } from '../http/sees.ts';
import type { ReadApiPorts } from '../ports.ts';
import { rankUsers } from '../queries/passage-vectors.ts';
import { searchDocuments, searchPassages } from '../search/search-passages.ts';

const parameters = [positionParameter];
const invalid = { 422: problem('A parameter is not as it should be') };

const search = createRoute({
  method: 'get',
  path: '/api/search',
  summary: 'Find passages by words, by meaning, or by both',
  description: 'A part of the query in quotation marks must match as it stands.',
  parameters,
  request: {
    query: z.object({
      q: queryTextSchema,
      caseId: idSchema.optional(),
      documentId: idSchema.optional(),
      mode: z.enum(searchModes).default('hybrid'),
      limit: limitSchema(20, 100),
    }),
  },
  responses: { 200: json(searchAnswerSchema, 'The best passages first'), ...invalid },
});

const vectorSearch = createRoute({
  method: 'get',
  path: '/api/ai/vector-search',
  summary: 'Find documents, or people by what they looked at, by meaning',
  parameters,
  request: {
    query: z.object({
      q: queryTextSchema,
      type: z.enum(['document', 'user']).default('document'),
      caseId: idSchema.optional(),
      limit: limitSchema(20, 100),
    }),
  },
  responses: { 200: json(vectorSearchAnswerSchema, 'The closest first'), ...invalid },
});

export const searchRoutes = (ports: ReadApiPorts) => {
  const { db, positions, recordRead, embedQuery } = ports;
  const words = ['document-list', 'document-passages'];
  // A search by words does not wait for vectors.
  const middleware = sees(positions, (c) =>
    c.req.query('mode') === 'text' ? words : [...words, 'passage-vectors'],
  );

  const record = (c: { get(key: 'actor'): ActorEnv['Variables']['actor'] }, query: string, caseId?: string) =>
    recordRead(c.get('actor'), {
      action: 'searched',
      query,
      ...(caseId !== undefined && { caseId }),
      occurredAt: new Date().toISOString(),
    });

  return new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi({ ...search, middleware }, async (c) => {
      const { q, mode, limit, ...scope } = c.req.valid('query');
      const answer = await searchPassages(ports, { q, mode, scope, limit });
      record(c, q, scope.caseId);
      return c.json(answer, 200);
    })
    .openapi({ ...vectorSearch, middleware }, async (c) => {
      const { q, type, caseId, limit } = c.req.valid('query');
      record(c, q, caseId);
      if (type === 'document')
        return c.json(await searchDocuments(ports, { q, scope: { caseId }, limit }), 200);
      const query = await embedQuery(q);
      return c.json({ model: query.model, hits: await rankUsers(db, query, caseId, limit) }, 200);
    });
};
