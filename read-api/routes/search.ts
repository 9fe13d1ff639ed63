import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, json, limitSchema, problem, queryTextSchema, refuseInvalid } from '#platform/http/openapi';
import {
  searchAnswerSchema,
  searchModes,
  suggestionListSchema,
  vectorSearchAnswerSchema,
} from '../contract.ts';
import { createVocabularies } from '../did-you-mean/case-vocabulary.ts';
import { findsLittle } from '../did-you-mean/finds-little.ts';
import { suggest } from '../did-you-mean/suggest.ts';
import { positionHeader, positionParameter, sees } from '../http/sees.ts';
import type { ReadApiPorts } from '../ports.ts';
import { assertCase } from '../queries/case-file.ts';
import { rankUsers } from '../queries/passage-vectors.ts';
import { searchAnyway } from '../search/search-anyway.ts';
import { searchDocuments } from '../search/search-passages.ts';

const parameters = [positionParameter];
/** How long a search by words and meaning waits for vectors of what was written before it. */
const vectorsMs = 1500;
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

const suggestions = createRoute({
  method: 'get',
  path: '/api/search/suggestions',
  summary: 'What may have been meant by a query or a name',
  description: 'At most five, from the words, names and titles of the case, the likeliest first.',
  parameters,
  request: { query: z.object({ q: queryTextSchema, caseId: idSchema }) },
  responses: {
    200: json(suggestionListSchema, 'The likeliest first'),
    404: problem('There is no such case'),
    ...invalid,
  },
});

export const searchRoutes = (ports: ReadApiPorts) => {
  const { db, graph, positions, recordRead, embedQuery, log } = ports;
  const vocabularyOf = createVocabularies(db, graph);
  /** A search is answered though nobody knows better. */
  const meant = async (q: string, caseId: string) => {
    try {
      return suggest(q, await vocabularyOf(caseId));
    } catch (error) {
      log.warn({ error: String(error) }, 'what may have been meant could not be worked out');
      return [];
    }
  };
  const words = ['document-list', 'document-passages', 'report-list'];
  // A search by words does not wait for vectors; one by both waits a moment, and goes on without the newest: a model that
  // is away is not to hold up who searches.
  const middleware = sees(positions, (c) =>
    c.req.query('mode') === 'vector' ? [...words, 'passage-vectors'] : words,
  );
  const vectorMiddleware = sees(positions, [...words, 'passage-vectors']);
  const vectorsAMoment = async (position: string | undefined) => {
    if (position !== undefined) await positions.waitFor(['passage-vectors'], BigInt(position), vectorsMs);
  };

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
      if (mode === 'hybrid') await vectorsAMoment(c.req.header(positionHeader));
      const answer = await searchAnyway(ports, { q, mode, scope, limit });
      record(c, q, scope.caseId);
      const { caseId } = scope;
      const asks = caseId !== undefined && mode !== 'vector' && findsLittle(q, answer.hits);
      const didYouMean = asks ? await meant(q, caseId) : [];
      return c.json({ ...answer, ...(didYouMean.length > 0 && { didYouMean }) }, 200);
    })
    .openapi({ ...suggestions, middleware: sees(positions, [...words, 'case-graph']) }, async (c) => {
      const { q, caseId } = c.req.valid('query');
      await assertCase(db, caseId);
      return c.json({ suggestions: suggest(q, await vocabularyOf(caseId)) }, 200);
    })
    .openapi({ ...vectorSearch, middleware: vectorMiddleware }, async (c) => {
      const { q, type, caseId, limit } = c.req.valid('query');
      record(c, q, caseId);
      if (type === 'document')
        return c.json(await searchDocuments(ports, { q, scope: { caseId }, limit }), 200);
      const query = await embedQuery(q);
      return c.json({ model: query.model, hits: await rankUsers(db, query, caseId, limit) }, 200);
    });
};
