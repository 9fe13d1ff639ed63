import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { userDecider, userStream } from '#domain/user/decider';
import { handleCommand } from '#platform/handle-command';
import { type ActorEnv, owner } from '#platform/http/actor';
import { idSchema, json, jsonBody, problem, refuseInvalid } from '#platform/http/openapi';
import { Problem } from '#platform/http/problem';
import { contextOfRequest } from '../command-context.ts';
import { tierBodySchema, writtenSchema } from '../contract.ts';
import type { WriteApiPorts } from '../ports.ts';
import { writtenAnswer } from './written-answer.ts';

const changeTier = createRoute({
  method: 'put',
  path: '/api/users/{userId}/tier',
  summary: "Change a person's tier, as the owner",
  request: { params: z.object({ userId: idSchema }), ...jsonBody(tierBodySchema) },
  responses: {
    202: json(writtenSchema, 'Recorded'),
    403: problem('Only the owner may'),
    404: problem('There is no such person'),
  },
});

/** What the owner decides about people. */
export const userRoutes = ({ store }: Pick<WriteApiPorts, 'store'>) =>
  new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid }).openapi(changeTier, async (c) => {
    if (c.get('actor').id !== owner.id) {
      throw new Problem(403, 'owner-only', 'Only the owner changes tiers', {
        detail: 'Ask the owner of this Casefold to change it.',
      });
    }
    const { userId } = c.req.valid('param');
    const { tier } = c.req.valid('json');
    const command = { type: 'ChangeTier', userId, tier } as const;
    const handled = await handleCommand(store, userDecider, userStream(userId), command, contextOfRequest(c));
    return c.json(writtenAnswer(handled), 202);
  });
