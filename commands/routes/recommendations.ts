import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { RuleViolation } from '#domain/decider';
import { documentDecider, documentStream } from '#domain/document/decider';
import { recommendationDecider, recommendationStream } from '#domain/recommendation/decider';
import { foldStream, handleCommand } from '#platform/handle-command';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, json, problem, refuseInvalid } from '#platform/http/openapi';
import { contextOfRequest } from '../command-context.ts';
import { writtenSchema } from '../contract.ts';
import type { WriteApiPorts } from '../ports.ts';
import { writtenAnswer } from './written-answer.ts';

const route = <Path extends string>(path: Path, summary: string) =>
  createRoute({
    method: 'post',
    path,
    summary,
    request: { params: z.object({ documentId: idSchema }) },
    responses: { 202: json(writtenSchema, 'Recorded'), 404: problem('It is not recommended') },
  });

/** What a person makes of what is recommended to them. */
export function recommendationRoutes({ store }: Pick<WriteApiPorts, 'store'>) {
  async function settle(
    c: Context<ActorEnv>,
    documentId: string,
    type: 'FollowRecommendation' | 'DismissRecommendation',
  ) {
    const document = await foldStream(store, documentDecider, documentStream(documentId));
    if (document.stage === 'unknown') {
      throw new RuleViolation('not-found', 'document-unknown', `There is no document ${documentId}.`);
    }
    const { caseId } = document;
    const userId = c.get('actor').id;
    const stream = recommendationStream(userId, caseId);
    const command = { type, userId, caseId, documentId } as const;
    const context = { ...contextOfRequest(c), caseId };
    return writtenAnswer(await handleCommand(store, recommendationDecider, stream, command, context));
  }

  return new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi(
      route('/api/recommendations/{documentId}/follow', 'Record that a recommendation was followed'),
      async (c) => c.json(await settle(c, c.req.valid('param').documentId, 'FollowRecommendation'), 202),
    )
    .openapi(
      route('/api/recommendations/{documentId}/dismiss', 'Dismiss a recommendation for good'),
      async (c) => c.json(await settle(c, c.req.valid('param').documentId, 'DismissRecommendation'), 202),
    );
}
