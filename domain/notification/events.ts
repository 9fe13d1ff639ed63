import { z } from 'zod';
import type { EventDefinitions, EventsOf } from '../event.ts';
import { urgencySchema } from '../insight/events.ts';
import { foundText } from '../plain-text.ts';

export const channelSchema = z.enum(['toast', 'email', 'sms']);
export type Channel = z.infer<typeof channelSchema>;

const ids = { notificationId: z.string(), userId: z.string() };

export const notificationEvents = {
  NotificationRequested: {
    version: 1,
    schema: z.object({
      ...ids,
      caseId: z.string().optional(),
      title: foundText,
      body: foundText,
      urgency: urgencySchema,
      /** A path of the application, where there is something to look at. */
      link: z.string().startsWith('/').optional(),
      /** The ways to the person; without any it is in the inbox alone. */
      channels: z.array(channelSchema),
      /** ISO 8601, UTC: what has waited for too long since then is no news any more. */
      requestedAt: z.iso.datetime().optional(),
      /** ISO 8601, UTC: not before, because of quiet hours. */
      notBefore: z.iso.datetime().optional(),
    }),
  },
  /**
   * Written before anything leaves: whoever finds it without an end does not send again. Attempts count from 1; the time
   * is the sender's clock.
   */
  NotificationSendingStarted: {
    version: 1,
    schema: z.object({
      ...ids,
      channel: channelSchema,
      attempt: z.number().int().positive(),
      at: z.iso.datetime(),
    }),
  },
  /** An attempt that certainly reached nobody; another follows. */
  NotificationPutOff: {
    version: 1,
    schema: z.object({
      ...ids,
      channel: channelSchema,
      attempt: z.number().int().positive(),
      reason: z.string(),
      message: foundText,
      /** ISO 8601, UTC: when the next attempt is due. */
      nextAt: z.iso.datetime(),
    }),
  },
  NotificationSent: { version: 1, schema: z.object({ ...ids, channel: channelSchema }) },
  NotificationFailed: {
    version: 1,
    schema: z.object({ ...ids, channel: channelSchema, reason: z.string(), message: foundText }),
  },
  NotificationRead: { version: 1, schema: z.object(ids) },
} as const satisfies EventDefinitions;

export type NotificationEvent = EventsOf<typeof notificationEvents>;
