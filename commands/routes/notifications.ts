import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notificationDecider, notificationStream } from '#domain/notification/decider';
import { type UserState, userDecider, userStream } from '#domain/user/decider';
import type { UserEvent } from '#domain/user/events';
import { foldStream, handleCommand } from '#platform/handle-command';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, json, jsonBody, problem, refuseInvalid } from '#platform/http/openapi';
import { contextOfRequest } from '../command-context.ts';
import {
  preferencesAnswerSchema,
  preferencesBodySchema,
  readNotificationsBodySchema,
  writtenSchema,
} from '../contract.ts';
import type { WriteApiPorts } from '../ports.ts';
import { writtenAnswer } from './written-answer.ts';

const written = { 202: json(writtenSchema, 'Recorded') };
const unknown = { 404: problem('You have no such notification') };

const readOne = createRoute({
  method: 'post',
  path: '/api/notifications/{notificationId}/read',
  summary: 'Mark a notification as read',
  request: { params: z.object({ notificationId: idSchema }) },
  responses: { ...written, ...unknown },
});

const readSome = createRoute({
  method: 'post',
  path: '/api/notifications/read',
  summary: 'Mark notifications as read',
  request: jsonBody(readNotificationsBodySchema),
  responses: { ...written, ...unknown },
});

const preferences = createRoute({
  method: 'get',
  path: '/api/preferences',
  summary: 'How you want to hear of things',
  responses: { 200: json(preferencesAnswerSchema, 'Your preferences') },
});

const changePreferences = createRoute({
  method: 'put',
  path: '/api/preferences',
  summary: 'Say how you want to hear of things',
  request: jsonBody(preferencesBodySchema),
  responses: written,
});

/** What people do about what they are told. */
export function notificationRoutes({ store, channels }: Pick<WriteApiPorts, 'store' | 'channels'>) {
  async function read(c: Context<ActorEnv>, notificationIds: readonly string[]) {
    let position = -1n;
    for (const notificationId of notificationIds) {
      const command = { type: 'ReadNotification', notificationId, userId: c.get('actor').id } as const;
      const stream = notificationStream(notificationId);
      const handled = await handleCommand(store, notificationDecider, stream, command, contextOfRequest(c));
      if (handled.position > position) position = handled.position;
    }
    return c.json(writtenAnswer({ position }), 202);
  }

  return new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi(readSome, (c) => read(c, c.req.valid('json').notificationIds))
    .openapi(readOne, (c) => read(c, [c.req.valid('param').notificationId]))
    .openapi(preferences, async (c) => {
      const stream = userStream(c.get('actor').id);
      const user = await foldStream<UserState, UserEvent>(store, userDecider, stream);
      return c.json({ preferences: user.preferences, available: [...channels] }, 200);
    })
    .openapi(changePreferences, async (c) => {
      const userId = c.get('actor').id;
      const command = { type: 'ChangePreferences', userId, preferences: c.req.valid('json') } as const;
      const handled = await handleCommand(
        store,
        userDecider,
        userStream(userId),
        command,
        contextOfRequest(c),
      );
      return c.json(writtenAnswer(handled), 202);
    });
}
