import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';
import { json, jsonBody, refuseInvalid } from '#platform/http/openapi';
import { derivedId } from '#platform/ids';
import { recordBehaviour } from '../behaviour.ts';
import { contextOfRequest } from '../command-context.ts';
import { behaviourBodySchema, writtenSchema } from '../contract.ts';
import type { WriteApiPorts } from '../ports.ts';
import { writtenAnswer } from './written-answer.ts';

const record = createRoute({
  method: 'post',
  path: '/api/behaviour',
  summary: 'Record what a person did, in a batch',
  request: jsonBody(behaviourBodySchema),
  responses: { 202: json(writtenSchema, 'Recorded') },
});

export const behaviourRoutes = ({ store }: WriteApiPorts) =>
  new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid }).openapi(record, async (c) => {
    const { events, batchId } = c.req.valid('json');
    const context = contextOfRequest(c);
    if (batchId === undefined) {
      return c.json(writtenAnswer(await recordBehaviour(store, events, context)), 202);
    }
    const commandId = derivedId('behaviour-batch', context.actor.id, batchId);
    const appended = await recordBehaviour(store, events, { ...context, commandId }, { kept: true });
    return c.json(writtenAnswer(appended), 202);
  });
