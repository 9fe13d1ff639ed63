import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ProjectionCommand } from '#domain/projection/commands';
import type { ActorEnv } from '#platform/http/actor';
import { refuseInvalid } from '#platform/http/openapi';
import { contextOfRequest } from '../command-context.ts';
import { writtenSchema } from '../contract.ts';
import { retryParkedBodySchema, skipParkedBodySchema } from '../contract-projections.ts';
import {
  findSkippable,
  handleProjectionCommand,
  type ProjectionCommandPorts,
} from '../projection-commands.ts';
import { projectionRebuildRoutes } from './projection-rebuilds.ts';
import { bodyRoute, route } from './projection-route.ts';
import { writtenAnswer } from './written-answer.ts';

/** What people decide about projections: rebuilds, switches, pauses, and what becomes of parked events. */
export function projectionRoutes(ports: ProjectionCommandPorts) {
  async function handle(c: Context<ActorEnv>, command: ProjectionCommand) {
    return c.json(writtenAnswer(await handleProjectionCommand(ports, command, contextOfRequest(c))), 202);
  }

  return new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .route('/', projectionRebuildRoutes(ports))
    .openapi(route('switch', 'Let readers see the generation that is ready'), (c) =>
      handle(c, {
        type: 'SwitchProjection',
        projection: c.req.valid('param').name,
        requestId: contextOfRequest(c).commandId,
      }),
    )
    .openapi(route('rollback', 'Let readers see the generation before'), (c) =>
      handle(c, {
        type: 'RollBackProjection',
        projection: c.req.valid('param').name,
        requestId: contextOfRequest(c).commandId,
      }),
    )
    .openapi(route('pause', 'Apply nothing for now'), (c) =>
      handle(c, { type: 'PauseProjection', projection: c.req.valid('param').name }),
    )
    .openapi(route('resume', 'Go on applying events'), (c) =>
      handle(c, { type: 'ResumeProjection', projection: c.req.valid('param').name }),
    )
    .openapi(
      bodyRoute('parked/retry', 'Try a parked stream again', retryParkedBodySchema, writtenSchema),
      (c) =>
        handle(c, {
          type: 'RetryParkedStream',
          projection: c.req.valid('param').name,
          requestId: contextOfRequest(c).commandId,
          ...c.req.valid('json'),
        }),
    )
    .openapi(
      bodyRoute('parked/skip', 'Pass a parked event over', skipParkedBodySchema, writtenSchema),
      async (c) => {
        const { name } = c.req.valid('param');
        const { position: written, reason } = c.req.valid('json');
        // As the log writes it: whoever looks for it among the skipped compares the text.
        const position = String(BigInt(written));
        const { stream, eventId, type } = await findSkippable(ports, name, position);
        return handle(c, {
          type: 'SkipParkedEvent',
          projection: name,
          stream,
          position,
          eventId,
          eventType: type,
          reason,
        });
      },
    );
}
