import { createRoute, OpenAPIHono, type z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { RuleViolation } from '#domain/decider';
import type { ProjectionCommand } from '#domain/projection/commands';
import type { ActorEnv } from '#platform/http/actor';
import { json, jsonBody, refuseInvalid } from '#platform/http/openapi';
import { derivedId } from '#platform/ids';
import { contextOfRequest } from '../command-context.ts';
import { writtenSchema } from '../contract.ts';
import {
  rebuildAllBodySchema,
  rebuildBodySchema,
  rebuildRequestedSchema,
  rebuildsRequestedSchema,
  throttleBodySchema,
  verifyAllBodySchema,
  verifyBodySchema,
} from '../contract-projections.ts';
import {
  handleProjectionCommand,
  type ProjectionCommandPorts,
  requireProjection,
} from '../projection-commands.ts';
import { bodyRoute, refusals, route } from './projection-route.ts';
import { writtenAnswer } from './written-answer.ts';

const manyRoute = <Path extends string, Schema extends z.ZodType>(
  path: Path,
  summary: string,
  schema: Schema,
) =>
  createRoute({
    method: 'post',
    path,
    summary,
    request: jsonBody(schema),
    responses: { 202: json(rebuildsRequestedSchema, 'Decided'), ...refusals },
  });

type Fill = Omit<
  Extract<ProjectionCommand, { type: 'RequestRebuild' }>,
  'type' | 'projection' | 'rebuildId' | 'together'
>;
const verification = { purpose: 'verify', switch: 'by-hand', soakSeconds: 0 } as const;
const rebuilding = { purpose: 'rebuild' } as const;

/** Rebuilds and checks of projections: asked for, alone or several in one scan of the log, and steered. */
export function projectionRebuildRoutes(ports: ProjectionCommandPorts) {
  const rebuildIdOf = (commandId: string, name: string) => derivedId('rebuild', commandId, name);

  async function handle(c: Context<ActorEnv>, command: ProjectionCommand) {
    return c.json(writtenAnswer(await handleProjectionCommand(ports, command, contextOfRequest(c))), 202);
  }

  async function rebuildOne(c: Context<ActorEnv>, name: string, fill: Fill, together?: string) {
    const context = contextOfRequest(c);
    const rebuildId = rebuildIdOf(context.commandId, name);
    const command = {
      type: 'RequestRebuild',
      projection: name,
      rebuildId,
      together: together ?? rebuildId,
    } as const;
    const handled = await handleProjectionCommand(ports, { ...command, ...fill }, context);
    return c.json({ ...writtenAnswer(handled), rebuildId }, 202);
  }

  /** Each on a stream of its own: those that cannot be rebuilt now do not keep the others from it. */
  async function rebuildMany(c: Context<ActorEnv>, fill: Fill, named: readonly string[] | undefined) {
    const context = contextOfRequest(c);
    const names = [...new Set(named ?? ports.projections.map(({ name }) => name))];
    for (const name of names) requireProjection(ports.projections, name);
    const together = rebuildIdOf(context.commandId, '');
    const rebuilds: { projection: string; rebuildId: string }[] = [];
    const refused: { projection: string; detail: string }[] = [];
    let reached = -1n;
    for (const projection of names) {
      const rebuildId = rebuildIdOf(context.commandId, projection);
      const command = { type: 'RequestRebuild', projection, rebuildId, together, ...fill } as const;
      try {
        const { position } = await handleProjectionCommand(ports, command, context);
        if (position > reached) reached = position;
        rebuilds.push({ projection, rebuildId });
      } catch (error) {
        if (!(error instanceof RuleViolation)) throw error;
        if (names.length === 1) throw error;
        refused.push({ projection, detail: error.message });
      }
    }
    if (rebuilds.length === 0) {
      throw new RuleViolation('conflict', 'none-possible', refused.map(({ detail }) => detail).join(' '));
    }
    return c.json({ ...writtenAnswer({ position: reached }), together, rebuilds, refused }, 202);
  }

  return new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi(
      manyRoute('/api/projections/rebuild', 'Rebuild projections in one scan', rebuildAllBodySchema),
      (c) => {
        const { projections, ...fill } = c.req.valid('json');
        return rebuildMany(c, { ...rebuilding, ...fill }, projections);
      },
    )
    .openapi(
      manyRoute('/api/projections/verify', 'Check projections in one scan', verifyAllBodySchema),
      (c) => {
        const { projections, ...fill } = c.req.valid('json');
        return rebuildMany(c, { ...verification, ...fill }, projections);
      },
    )
    .openapi(
      bodyRoute(
        'rebuild',
        'Fill a new generation beside the live one',
        rebuildBodySchema,
        rebuildRequestedSchema,
      ),
      (c) => {
        const { together, ...fill } = c.req.valid('json');
        return rebuildOne(c, c.req.valid('param').name, { ...rebuilding, ...fill }, together);
      },
    )
    .openapi(
      bodyRoute('verify', 'Check against a fresh fold of the log', verifyBodySchema, rebuildRequestedSchema),
      (c) => {
        const { together, ...fill } = c.req.valid('json');
        return rebuildOne(c, c.req.valid('param').name, { ...verification, ...fill }, together);
      },
    )
    .openapi(route('rebuild/pause', 'Pause the rebuild'), (c) =>
      handle(c, { type: 'PauseRebuild', projection: c.req.valid('param').name }),
    )
    .openapi(route('rebuild/resume', 'Go on with the rebuild'), (c) =>
      handle(c, { type: 'ResumeRebuild', projection: c.req.valid('param').name }),
    )
    .openapi(route('rebuild/cancel', 'Give the rebuild up'), (c) =>
      handle(c, { type: 'CancelRebuild', projection: c.req.valid('param').name }),
    )
    .openapi(
      bodyRoute('rebuild/throttle', 'Hold the rebuild to a rate', throttleBodySchema, writtenSchema),
      (c) =>
        handle(c, {
          type: 'ThrottleRebuild',
          projection: c.req.valid('param').name,
          ...c.req.valid('json'),
        }),
    );
}
