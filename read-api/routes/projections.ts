import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { RecordedEvent } from '#domain/event';
import type { EventStore } from '#platform/event-store';
import type { ActorEnv } from '#platform/http/actor';
import { filterSchema, idSchema, json, pageQuery, problem, refuseInvalid } from '#platform/http/openapi';
import { Problem } from '#platform/http/problem';
import type { PositionWaiter } from '#platform/position-waiter';
import {
  lineageSchema,
  type ParkedItem,
  parkedListSchema,
  projectionBoardSchema,
  projectionDetailSchema,
  reachedSchema,
} from '../contract-projections.ts';
import { decodeCursor, withCursor } from '../http/cursor.ts';
import type { ProjectionBoard } from '../projection-board.ts';
import { cutPage } from '../queries/cut-page.ts';
import { decidedOn } from '../queries/projection-decisions.ts';

/** What a projection folds into, as far as a reader asks for the events behind an entry. */
export type ProjectionParts = { readonly name: string; readonly parts: readonly string[] };

export type ProjectionReadPorts = {
  readonly board: ProjectionBoard;
  /** Every projection that this Casefold has, whoever runs it. */
  readonly projections: readonly ProjectionParts[];
  readonly store: EventStore;
  readonly positions: PositionWaiter;
  /** Events that the live generation of a projection has parked, by position, from behind one on. */
  listParked(
    projection: string,
    page: { readonly after?: bigint | undefined; readonly limit: number },
  ): Promise<readonly ParkedItem[]>;
  /**
   * The events that shaped an entry, in log order, and its part: the first that has one of this key, if none is named.
   * Undefined for an entry that never was.
   */
  findLineage(
    projection: string,
    entry: { readonly part?: string | undefined; readonly key: readonly string[] },
  ): Promise<{ readonly part: string; readonly events: readonly RecordedEvent[] } | undefined>;
};

const params = z.object({ name: idSchema });
const unknown = { 404: problem('There is no such projection') };

const list = createRoute({
  method: 'get',
  path: '/api/projections',
  summary: 'How each projection is doing',
  responses: { 200: json(projectionBoardSchema, 'The projections') },
});

const show = createRoute({
  method: 'get',
  path: '/api/projections/{name}',
  summary: 'A projection: how it is doing, its generations, and what was decided about it',
  request: { params },
  responses: { 200: json(projectionDetailSchema, 'The projection'), ...unknown },
});

const parked = createRoute({
  method: 'get',
  path: '/api/projections/{name}/parked',
  summary: 'The events that a projection has put aside, in log order',
  request: { params, query: z.object(pageQuery(50, 500)) },
  responses: { 200: json(parkedListSchema, 'A page of events'), ...unknown },
});

const wait = createRoute({
  method: 'get',
  path: '/api/projections/{name}/wait',
  summary: 'Wait until a projection has come to a position',
  request: {
    params,
    query: z.object({
      position: z.string().regex(/^\d{1,20}$/, 'must be decimal digits'),
      timeoutSeconds: z.coerce.number().positive().max(60).default(10),
    }),
  },
  responses: {
    200: json(reachedSchema, 'It has got there'),
    503: problem('It has not got there yet; ask again'),
    ...unknown,
  },
});

const keyPart = z.string().min(1).max(500);
const why = createRoute({
  method: 'get',
  path: '/api/projections/{name}/why',
  summary: 'The events that shaped an entry of a read model',
  description: 'Without `part`, it is looked for in each; the answer says in which it is.',
  request: {
    params,
    query: z.object({
      part: filterSchema,
      /** Once for each part of the key, in order. */
      key: z.union([keyPart, z.array(keyPart).max(10)]),
    }),
  },
  responses: { 200: json(lineageSchema, 'The events'), 404: problem('There is no such entry') },
});

const placeSchema = z.tuple([z.string().regex(/^\d{1,18}$/)]);

/** How projections are doing, what they put aside, how far they are, and why an entry is as it is. */
export function projectionRoutes({ board, projections, store, positions, ...ports }: ProjectionReadPorts) {
  function known(name: string): ProjectionParts {
    const found = projections.find((each) => each.name === name);
    if (found) return found;
    const names = projections.map((each) => each.name).toSorted();
    throw new Problem(404, 'projection-unknown', 'Not found', {
      detail: `There is no projection ${name}. There are: ${names.join(', ')}.`,
    });
  }

  function requirePart({ name, parts }: ProjectionParts, part: string | undefined): void {
    if (part === undefined || parts.includes(part)) return;
    throw new Problem(422, 'invalid-input', 'The request is not as it should be', {
      detail: `${name} has these parts: ${parts.join(', ')}.`,
      errors: [{ field: 'part', message: `must be one of ${parts.join(', ')}` }],
    });
  }

  return new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi(list, (c) => {
      const items = [...board.items()];
      const heard = new Set(items.map(({ name }) => name));
      const unheard = projections.map(({ name }) => name).filter((name) => !heard.has(name));
      return c.json({ items, unheard: unheard.toSorted() }, 200);
    })
    .openapi(show, async (c) => {
      const { name, parts } = known(c.req.valid('param').name);
      const status = board.items().filter((each) => each.name === name);
      return c.json({ name, parts: [...parts], status, ...(await decidedOn(store, name)) }, 200);
    })
    .openapi(parked, async (c) => {
      const { name } = known(c.req.valid('param').name);
      const { limit, cursor } = c.req.valid('query');
      const place = decodeCursor(cursor, placeSchema);
      const found = await ports.listParked(name, { after: place && BigInt(place[0]), limit: limit + 1 });
      const page = cutPage(
        found,
        limit,
        (item) => item,
        ({ position }) => [position] as const,
      );
      return c.json(withCursor(page), 200);
    })
    .openapi(wait, async (c) => {
      const { name } = known(c.req.valid('param').name);
      const { position, timeoutSeconds } = c.req.valid('query');
      if (await positions.waitFor([name], BigInt(position), timeoutSeconds * 1000)) {
        return c.json({ projection: name, position }, 200);
      }
      throw new Problem(503, 'not-yet-visible', 'It has not got there yet', {
        detail: `${name} has not reached position ${position} within ${timeoutSeconds} s. Ask again.`,
        headers: { 'retry-after': '1' },
      });
    })
    .openapi(why, async (c) => {
      const projection = known(c.req.valid('param').name);
      const { name, parts } = projection;
      const { part, ...query } = c.req.valid('query');
      requirePart(projection, part);
      const key = [query.key].flat();
      const found = await ports.findLineage(name, { part, key });
      if (!found) {
        throw new Problem(404, 'no-such-entry', 'Not found', {
          detail: `No event shaped an entry ${key.join(', ')} of ${part ?? parts.join(' or ')} in ${name}.`,
        });
      }
      return c.json({ projection: name, part: found.part, key, events: found.events.map(shapedBy) }, 200);
    });
}

const shapedBy = ({ position, id, type, stream, metadata }: RecordedEvent) => ({
  position: String(position),
  eventId: id,
  type,
  stream,
  actor: metadata.actor,
  occurredAt: metadata.occurredAt,
});
