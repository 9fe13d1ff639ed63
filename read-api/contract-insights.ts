import { z } from 'zod';
import { provenanceSchema } from '#domain/document/events';
import {
  insightNotificationSchema,
  insightWindowSchema,
  nextBestActionSchema,
  performanceStateSchema,
  urgencySchema,
} from '#domain/insight/events';
import { channelSchema } from '#domain/notification/events';

const time = z.iso.datetime();
/** Place in the log of the last event that shaped the row, as decimal digits. */
const lastPosition = z.string();

export const insightSchema = z.object({
  insightId: z.string(),
  caseId: z.string().optional(),
  window: insightWindowSchema,
  intent: z.string(),
  state: performanceStateSchema,
  nextBestActions: z.array(nextBestActionSchema),
  notification: insightNotificationSchema.optional(),
  provenance: provenanceSchema,
  recordedAt: time,
  lastPosition,
});
export type Insight = z.infer<typeof insightSchema>;
export const insightListSchema = z.object({ items: z.array(insightSchema), next: z.string().optional() });

export const notificationSchema = z.object({
  notificationId: z.string(),
  caseId: z.string().optional(),
  title: z.string(),
  body: z.string(),
  urgency: urgencySchema,
  /** A path of the application. */
  link: z.string().optional(),
  /** How far it is on each of its ways to the person; none for one that is in the inbox alone. */
  deliveries: z.array(
    z.object({
      channel: channelSchema,
      state: z.enum(['waiting', 'sending', 'put-off', 'sent', 'failed']),
      message: z.string().optional(),
    }),
  ),
  /** Set while quiet hours hold it back. */
  notBefore: time.optional(),
  requestedAt: time,
  readAt: time.optional(),
  lastPosition,
});
export type Notification = z.infer<typeof notificationSchema>;
export const notificationListSchema = z.object({
  items: z.array(notificationSchema),
  next: z.string().optional(),
  /** How many are unread, on all pages. */
  unread: z.number(),
});
export type NotificationList = z.infer<typeof notificationListSchema>;
