import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { RuleViolation } from '#domain/decider';
import type { ReportCommand } from '#domain/report/commands';
import { type ReportState, reportDecider, reportStream } from '#domain/report/decider';
import type { ReportEvent } from '#domain/report/events';
import { type CommandContext, foldStream, handleCommand } from '#platform/handle-command';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, json, jsonBody, problem, refuseInvalid } from '#platform/http/openapi';
import { derivedId } from '#platform/ids';
import { contextOfRequest } from '../command-context.ts';
import { generateReportSchema, requestedReportSchema } from '../contract.ts';
import type { WriteApiPorts } from '../ports.ts';
import { requireCase } from '../upload-document.ts';
import { writtenAnswer } from './written-answer.ts';

const generate = createRoute({
  method: 'post',
  path: '/api/ai/generate-report',
  summary: 'Have a synthesis report of a case written',
  description:
    'It is written in the background, from what the case holds at this moment: follow the job, then read the report.',
  request: jsonBody(generateReportSchema),
  responses: {
    202: json(requestedReportSchema, 'Taken'),
    404: problem('There is no such case'),
    422: problem('The body is not as it should be'),
  },
});

const retry = createRoute({
  method: 'post',
  path: '/api/reports/{reportId}/retry',
  summary: 'Write a report again that failed',
  request: { params: z.object({ reportId: idSchema }) },
  responses: {
    202: json(requestedReportSchema, 'Taken; it is being written already, if it had not failed'),
    404: problem('There is no such report'),
    409: problem('It is ready'),
  },
});

export function reportRoutes({ store, gate }: WriteApiPorts) {
  const handle = (reportId: string, command: ReportCommand, context: CommandContext) =>
    handleCommand(store, reportDecider, reportStream(reportId), command, context);
  const answer = (reportId: string, handled: Awaited<ReturnType<typeof handle>>) => ({
    reportId,
    jobId: reportId,
    ...writtenAnswer(handled),
  });

  return new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi(generate, async (c) => {
      const { caseId } = c.req.valid('json');
      await requireCase(store, caseId);
      const context = contextOfRequest(c);
      await gate('WriteReport', context.actor.id);
      const reportId = derivedId('report', context.commandId);
      const handled = await handle(
        reportId,
        { type: 'RequestReport', reportId, caseId, userId: context.actor.id },
        { ...context, caseId },
      );
      return c.json(answer(reportId, handled), 202);
    })
    .openapi(retry, async (c) => {
      const { reportId } = c.req.valid('param');
      const context = contextOfRequest(c);
      const state = await foldStream<ReportState, ReportEvent>(store, reportDecider, reportStream(reportId));
      if (state.stage === 'unknown') {
        throw new RuleViolation('not-found', 'report-unknown', `There is no report ${reportId}.`);
      }
      await gate('WriteReport', context.actor.id);
      const handled = await handle(
        reportId,
        { type: 'RetryReport', userId: context.actor.id },
        { ...context, caseId: state.caseId },
      );
      return c.json(answer(reportId, handled), 202);
    });
}
