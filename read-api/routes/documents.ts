import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, json, problem, refuseInvalid } from '#platform/http/openapi';
import { documentDetailSchema, entityListSchema, similarListSchema } from '../contract.ts';
import { positionParameter, sees } from '../http/sees.ts';
import type { ReadApiPorts } from '../ports.ts';
import { similarTo } from '../queries/case-graph.ts';
import { findDocument, findDocumentFile } from '../queries/document-detail.ts';
import { entitiesOf } from '../queries/document-entities.ts';

const parameters = [positionParameter];
const request = { params: z.object({ documentId: idSchema }) };
const noSuchDocument = { 404: problem('There is no such document') };

const find = createRoute({
  method: 'get',
  path: '/api/documents/{documentId}',
  summary: 'All there is to know about a document',
  parameters,
  request,
  responses: { 200: json(documentDetailSchema, 'The document'), ...noSuchDocument },
});

const similar = createRoute({
  method: 'get',
  path: '/api/documents/{documentId}/similar',
  summary: 'The documents most like it',
  parameters,
  request,
  responses: { 200: json(similarListSchema, 'The most alike first'), ...noSuchDocument },
});

const entities = createRoute({
  method: 'get',
  path: '/api/documents/{documentId}/entities',
  summary: 'Who and what it names and where, what it says of them, and what it is about',
  parameters,
  request,
  responses: { 200: json(entityListSchema, 'In the order of the text'), ...noSuchDocument },
});

export const documentRoutes = ({ db, blobs, graph, positions }: ReadApiPorts) => {
  const seesGraph = sees(positions, ['document-list', 'case-graph']);
  return new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi({ ...find, middleware: sees(positions, ['document-list']) }, async (c) => {
      const { documentId } = c.req.valid('param');
      return c.json(await findDocument({ db, blobs }, documentId, c.get('actor').id), 200);
    })
    .openapi({ ...similar, middleware: seesGraph }, async (c) => {
      const { documentId } = await findDocumentFile(db, c.req.valid('param').documentId);
      return c.json(await similarTo(graph, documentId), 200);
    })
    .openapi({ ...entities, middleware: seesGraph }, async (c) => {
      const { documentId, caseId } = await findDocumentFile(db, c.req.valid('param').documentId);
      return c.json(await entitiesOf(graph, documentId, caseId), 200);
    });
};
