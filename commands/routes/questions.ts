import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { RuleViolation } from '#domain/decider';
import type { QuestionCommand } from '#domain/question/commands';
import { type QuestionState, questionDecider, questionStream } from '#domain/question/decider';
import type { QuestionEvent } from '#domain/question/events';
import { type CommandContext, foldStream, handleCommand } from '#platform/handle-command';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, json, jsonBody, problem, refuseInvalid } from '#platform/http/openapi';
import { Problem } from '#platform/http/problem';
import { derivedId } from '#platform/ids';
import { contextOfRequest } from '../command-context.ts';
import { askedQuestionSchema, askQuestionSchema, ratingBodySchema, writtenSchema } from '../contract.ts';
import type { WriteApiPorts } from '../ports.ts';
import { noSearchProvider } from '../questions/no-search-provider.ts';
import { requireCase } from '../upload-document.ts';
import { writtenAnswer } from './written-answer.ts';

const ask = createRoute({
  method: 'post',
  path: '/api/ai/query',
  summary: 'Ask a question about a case',
  description:
    'The answer is worked out in the background: follow the job, then read the question. `extended` looks outside the case too; `research` asks further questions on the way.',
  request: jsonBody(askQuestionSchema),
  responses: {
    202: json(askedQuestionSchema, 'Taken'),
    403: problem('Research needs the pro tier'),
    404: problem('There is no such case'),
    409: problem('No search provider is set up'),
    422: problem('The question is empty, too long, or no plain text'),
  },
});

const rate = createRoute({
  method: 'post',
  path: '/api/questions/{questionId}/rating',
  summary: 'Say whether an answer was helpful',
  request: { params: z.object({ questionId: idSchema }), ...jsonBody(ratingBodySchema) },
  responses: {
    202: json(writtenSchema, 'Recorded'),
    404: problem('There is no such question'),
    409: problem('It is not answered'),
  },
});

export function questionRoutes({ store, gate, searchesWeb }: WriteApiPorts) {
  const handle = (questionId: string, command: QuestionCommand, context: CommandContext) =>
    handleCommand(store, questionDecider, questionStream(questionId), command, context);

  return new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi(ask, async (c) => {
      const body = c.req.valid('json');
      const context = contextOfRequest(c);
      await requireCase(store, body.caseId);
      await gate(body.research ? 'ResearchDeeply' : 'AnswerQuestion', context.actor.id);
      if (body.extended && !searchesWeb) {
        throw new Problem(409, 'no-search-provider', 'Nothing outside the case can be looked at', {
          detail: noSearchProvider,
        });
      }
      const questionId = derivedId('question', context.commandId);
      const handled = await handle(
        questionId,
        { type: 'AskQuestion', questionId, userId: context.actor.id, ...body },
        { ...context, caseId: body.caseId },
      );
      return c.json({ questionId, jobId: questionId, ...writtenAnswer(handled) }, 202);
    })
    .openapi(rate, async (c) => {
      const { questionId } = c.req.valid('param');
      const { rating, note } = c.req.valid('json');
      const context = contextOfRequest(c);
      const state = await foldStream<QuestionState, QuestionEvent>(
        store,
        questionDecider,
        questionStream(questionId),
      );
      if (state.stage === 'unknown') {
        throw new RuleViolation('not-found', 'question-unknown', `There is no question ${questionId}.`);
      }
      const handled = await handle(
        questionId,
        { type: 'RateAnswer', userId: context.actor.id, rating, ...(note && { note }) },
        { ...context, caseId: state.caseId },
      );
      return c.json(writtenAnswer(handled), 202);
    });
}
