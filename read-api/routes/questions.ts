import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, json, pageQuery, problem, refuseInvalid } from '#platform/http/openapi';
import { questionListSchema, questionViewSchema } from '../contract.ts';
import { decodeCursor, withCursor } from '../http/cursor.ts';
import { timestampPlace } from '../http/cursor-values.ts';
import { positionParameter, sees } from '../http/sees.ts';
import type { ReadApiPorts } from '../ports.ts';
import { assertCase } from '../queries/case-file.ts';
import { findQuestion, listQuestions } from '../queries/question-list.ts';

const parameters = [positionParameter];

const list = createRoute({
  method: 'get',
  path: '/api/cases/{caseId}/questions',
  summary: 'What a case was asked, the newest first',
  parameters,
  request: {
    params: z.object({ caseId: idSchema }),
    query: z.object(pageQuery(30, 100)),
  },
  responses: { 200: json(questionListSchema, 'A page of questions'), 404: problem('There is no such case') },
});

const find = createRoute({
  method: 'get',
  path: '/api/questions/{questionId}',
  summary: 'A question with its answer and what the answer rests on',
  parameters,
  request: { params: z.object({ questionId: idSchema }) },
  responses: { 200: json(questionViewSchema, 'The question'), 404: problem('There is no such question') },
});

const placeSchema = z.tuple([timestampPlace, z.string()]);

export const questionRoutes = ({ db, positions }: ReadApiPorts) =>
  new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi({ ...list, middleware: sees(positions, ['document-list', 'question-list']) }, async (c) => {
      const { caseId } = c.req.valid('param');
      const { limit, cursor } = c.req.valid('query');
      await assertCase(db, caseId);
      const after = decodeCursor(cursor, placeSchema);
      return c.json(withCursor(await listQuestions(db, caseId, { limit, after })), 200);
    })
    .openapi({ ...find, middleware: sees(positions, ['question-list']) }, async (c) =>
      c.json(await findQuestion(db, c.req.valid('param').questionId, c.get('actor').id), 200),
    );
