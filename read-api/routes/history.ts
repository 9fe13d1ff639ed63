import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';
import { filterSchema, idSchema, json, pageQuery, problem, refuseInvalid } from '#platform/http/openapi';
import { historySchema } from '../contract.ts';
import { decodeCursor, withCursor } from '../http/cursor.ts';
import { positionParameter, sees } from '../http/sees.ts';
import type { ReadApiPorts } from '../ports.ts';
import { assertCase } from '../queries/case-file.ts';
import { type HistoryRequest, listHistory } from '../queries/case-history.ts';
import { findDocumentFile } from '../queries/document-detail.ts';

const page = pageQuery(50, 200);
const parameters = [positionParameter];
const positionSchema = z
  .string()
  .regex(/^\d{1,18}$/)
  .optional()
  .openapi({ description: 'A position of the log: begins with the event there, or the last before it' });

const ofCase = createRoute({
  method: 'get',
  path: '/api/cases/{caseId}/history',
  summary: 'Every event of a case, newest first',
  parameters,
  request: {
    params: z.object({ caseId: idSchema }),
    query: z.object({ documentId: filterSchema, type: filterSchema, at: positionSchema, ...page }),
  },
  responses: { 200: json(historySchema, 'A page of events'), 404: problem('There is no such case') },
});

const ofDocument = createRoute({
  method: 'get',
  path: '/api/documents/{documentId}/history',
  summary: 'Every event of a document, newest first',
  parameters,
  request: { params: z.object({ documentId: idSchema }), query: z.object({ type: filterSchema, ...page }) },
  responses: { 200: json(historySchema, 'A page of events'), 404: problem('There is no such document') },
});

const placeSchema = z.tuple([z.string().regex(/^\d{1,18}$/)]);

export const historyRoutes = ({ db, positions }: ReadApiPorts) => {
  const middleware = sees(positions, ['document-list', 'case-history']);

  async function answer(request: Omit<HistoryRequest, 'before'>, cursor: string | undefined, at?: string) {
    const place = decodeCursor(cursor, placeSchema);
    const before = place ? BigInt(place[0]) : at === undefined ? undefined : BigInt(at) + 1n;
    return withCursor(await listHistory(db, { ...request, before }));
  }

  return new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi({ ...ofCase, middleware }, async (c) => {
      const { caseId } = c.req.valid('param');
      const { cursor, at, ...filters } = c.req.valid('query');
      await assertCase(db, caseId);
      return c.json(await answer({ caseId, ...filters }, cursor, at), 200);
    })
    .openapi({ ...ofDocument, middleware }, async (c) => {
      const { documentId } = c.req.valid('param');
      const { cursor, ...filters } = c.req.valid('query');
      await findDocumentFile(db, documentId);
      return c.json(await answer({ documentId, ...filters }, cursor), 200);
    });
};
