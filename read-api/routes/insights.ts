import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, json, pageQuery, refuseInvalid } from '#platform/http/openapi';
import { insightListSchema, notificationListSchema } from '../contract.ts';
import { decodeCursor, withCursor } from '../http/cursor.ts';
import { bigintPlace } from '../http/cursor-values.ts';
import { positionParameter, sees } from '../http/sees.ts';
import type { ReadApiPorts } from '../ports.ts';
import { listInsights } from '../queries/insight-list.ts';
import { listNotifications } from '../queries/notification-inbox.ts';

const parameters = [positionParameter];

const insights = createRoute({
  method: 'get',
  path: '/api/insights',
  summary: 'How you get on, and what would help, the newest first',
  parameters,
  request: {
    query: z.object({ caseId: idSchema.optional(), ...pageQuery(20, 100) }),
  },
  responses: { 200: json(insightListSchema, 'A page of your own insights') },
});

const notifications = createRoute({
  method: 'get',
  path: '/api/notifications',
  summary: 'What you were told, the newest first',
  parameters,
  request: {
    query: z.object({
      unread: z.enum(['true', 'false']).default('false'),
      ...pageQuery(20, 100),
    }),
  },
  responses: { 200: json(notificationListSchema, 'A page of your own notifications') },
});

const placeSchema = z.tuple([bigintPlace]);
const placeIn = (cursor: string | undefined) => {
  const place = decodeCursor(cursor, placeSchema);
  return place && BigInt(place[0]);
};

/** What is for one person's eyes: each answer holds the asking person's own and nothing else. */
export const insightRoutes = ({ db, positions }: Pick<ReadApiPorts, 'db' | 'positions'>) =>
  new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi({ ...insights, middleware: sees(positions, ['insight-list']) }, async (c) => {
      const { caseId, limit, cursor } = c.req.valid('query');
      const userId = c.get('actor').id;
      const page = await listInsights(db, { userId, caseId, limit, before: placeIn(cursor) });
      return c.json(withCursor(page), 200);
    })
    .openapi({ ...notifications, middleware: sees(positions, ['notification-inbox']) }, async (c) => {
      const { unread, limit, cursor } = c.req.valid('query');
      const userId = c.get('actor').id;
      const request = { userId, unreadOnly: unread === 'true', limit, before: placeIn(cursor) };
      const page = await listNotifications(db, request);
      return c.json(withCursor(page), 200);
    });
