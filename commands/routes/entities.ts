import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, json, jsonBody, problem, refuseInvalid } from '#platform/http/openapi';
import { contextOfRequest } from '../command-context.ts';
import { mergeBodySchema, splitBodySchema, writtenSchema } from '../contract.ts';
import type { WriteApiPorts } from '../ports.ts';
import { handleCaseCommand } from '../upload-document.ts';
import { writtenAnswer } from './written-answer.ts';

const params = z.object({ caseId: idSchema });
const noSuchCase = { 404: problem('There is no such case') };

const merge = createRoute({
  method: 'post',
  path: '/api/cases/{caseId}/entities/merge',
  summary: 'Say that several entities of a case are one',
  request: { params, ...jsonBody(mergeBodySchema) },
  responses: { 202: json(writtenSchema, 'They are one'), ...noSuchCase },
});

const split = createRoute({
  method: 'post',
  path: '/api/cases/{caseId}/entities/split',
  summary: 'Take an entity out of the one it was merged into',
  request: { params, ...jsonBody(splitBodySchema) },
  responses: { 202: json(writtenSchema, 'It stands for itself'), ...noSuchCase },
});

export const entityRoutes = ({ store }: WriteApiPorts) =>
  new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi(merge, async (c) => {
      const { caseId } = c.req.valid('param');
      const command = { type: 'MergeEntities', caseId, ...c.req.valid('json') } as const;
      return c.json(writtenAnswer(await handleCaseCommand(store, command, contextOfRequest(c))), 202);
    })
    .openapi(split, async (c) => {
      const { caseId } = c.req.valid('param');
      const command = { type: 'SplitEntity', caseId, ...c.req.valid('json') } as const;
      return c.json(writtenAnswer(await handleCaseCommand(store, command, contextOfRequest(c))), 202);
    });
