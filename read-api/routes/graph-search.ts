import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Actor } from '#domain/event';
import { graphWeightsText } from '#platform/graph-weights';
import { type ActorEnv, owner } from '#platform/http/actor';
import { idSchema, json, limitSchema, problem, queryTextSchema, refuseInvalid } from '#platform/http/openapi';
import { Problem } from '#platform/http/problem';
import { graphSearchAnswerSchema } from '../contract.ts';
import { createCaseRanks } from '../graph-search/case-ranks.ts';
import { searchGraph } from '../graph-search/search-graph.ts';
import { positionParameter, sees } from '../http/sees.ts';
import type { ReadApiPorts } from '../ports.ts';
import { assertCase } from '../queries/case-file.ts';

const graphSearch = createRoute({
  method: 'get',
  path: '/api/ai/graph-search',
  summary: 'Find documents by meaning, by their place in the graph, and by what others think of them',
  description:
    'The score is 0.6 of meaning, 0.3 of PageRank and 0.1 of what others liked and looked at; `weights` says otherwise, in that order. Without `caseId`, documents of all cases, at most 20 of them: how central a document is and what others think of it count within its own case. `userId` is whoever asks; only the owner may name somebody else, whose `seen` tells what they looked at, and that is recorded.',
  parameters: [positionParameter],
  request: {
    query: z.object({
      q: queryTextSchema,
      caseId: idSchema.optional(),
      /** Left out, the one who asks; anybody else is the owner's to name. */
      userId: idSchema.optional(),
      /** Leaves out what the person has looked at or likes. */
      unseen: z.enum(['true', 'false']).default('false'),
      limit: limitSchema(20, 100),
      weights: graphWeightsText.optional(),
    }),
  },
  responses: {
    200: json(graphSearchAnswerSchema, 'The best documents first'),
    403: problem(
      'The tier of the person does not have it, or what somebody else looked at is not theirs to see',
    ),
    404: problem('There is no such case'),
    422: problem('A parameter is not as it should be'),
  },
});

export const graphSearchRoutes = (ports: ReadApiPorts) => {
  const { db, graph, cache, positions, gate, recordRead, log } = ports;
  const ranksOf = createCaseRanks(graph, cache, (error) => {
    log.warn({ error: String(error) }, 'the ranks of a case could not be worked out anew');
  });
  const middleware = sees(positions, ['document-list', 'document-passages', 'passage-vectors', 'case-graph']);

  return new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid }).openapi(
    { ...graphSearch, middleware },
    async (c) => {
      const { q, caseId, userId, unseen, limit, weights } = c.req.valid('query');
      const actor = c.get('actor');
      await gate('AnalyseGraph', actor.id);
      requireOwnBehaviour(actor, userId ?? actor.id);
      if (caseId !== undefined) await assertCase(db, caseId);
      const answer = await searchGraph(ports, ranksOf, {
        q,
        caseId,
        userId: userId ?? actor.id,
        unseen: unseen === 'true',
        limit,
        weights: weights ?? ports.graphWeights,
      });
      recordRead(actor, {
        action: 'searched',
        query: q,
        ...(caseId !== undefined && { caseId }),
        ...(userId !== undefined && userId !== actor.id && { subject: `as ${userId}` }),
        occurredAt: new Date().toISOString(),
      });
      return c.json(answer, 200);
    },
  );
};

/** @throws {Problem} 403, where somebody asks what another person looked at and is not the owner */
function requireOwnBehaviour(actor: Actor, userId: string): void {
  if (userId === actor.id || actor.id === owner.id) return;
  throw new Problem(403, 'behaviour-of-another', 'What somebody else looked at is not shown to you', {
    detail: 'Leave "userId" out to search as yourself. Only the owner can search as another person.',
  });
}
