import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, json, jsonBody, refuseInvalid } from '#platform/http/openapi';
import { derivedId } from '#platform/ids';
import { contextOfRequest } from '../command-context.ts';
import { openCaseSchema, openedCaseSchema, writtenSchema } from '../contract.ts';
import type { WriteApiPorts } from '../ports.ts';
import { handleCaseCommand } from '../upload-document.ts';
import { writtenAnswer } from './written-answer.ts';

const openCase = createRoute({
  method: 'post',
  path: '/api/cases',
  summary: 'Open a case',
  request: jsonBody(openCaseSchema),
  responses: { 201: json(openedCaseSchema, 'The case is open') },
});

const renameCase = createRoute({
  method: 'patch',
  path: '/api/cases/{caseId}',
  summary: 'Rename a case',
  request: { params: z.object({ caseId: idSchema }), ...jsonBody(openCaseSchema) },
  responses: { 202: json(writtenSchema, 'Renamed') },
});

export const caseRoutes = ({ store }: WriteApiPorts) =>
  new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi(openCase, async (c) => {
      const context = contextOfRequest(c);
      const caseId = derivedId('case', context.commandId);
      const { name } = c.req.valid('json');
      const handled = await handleCaseCommand(store, { type: 'OpenCase', caseId, name }, context);
      return c.json({ caseId, ...writtenAnswer(handled) }, 201);
    })
    .openapi(renameCase, async (c) => {
      const { caseId } = c.req.valid('param');
      const { name } = c.req.valid('json');
      const handled = await handleCaseCommand(
        store,
        { type: 'RenameCase', caseId, name },
        contextOfRequest(c),
      );
      return c.json(writtenAnswer(handled), 202);
    });
