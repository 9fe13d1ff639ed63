import { z } from 'zod';
import { channelSchema } from '#domain/notification/events';
import { isTimeZone } from '#domain/notification/quiet-hours';
import { preferencesSchema } from '#domain/user/events';

export const readNotificationsBodySchema = z.object({
  notificationIds: z.array(z.string().min(1).max(100)).min(1).max(100),
});

const quietHoursSchema = preferencesSchema.shape.quietHours.unwrap();

/** How a person wants to hear of things, as they say it: a way that is wanted has its address. */
export const preferencesBodySchema = preferencesSchema
  .extend({
    quietHours: quietHoursSchema
      .extend({
        timeZone: quietHoursSchema.shape.timeZone.refine(
          isTimeZone,
          'must be a time zone such as Europe/Berlin',
        ),
      })
      .optional(),
  })
  .superRefine(({ channels, email, phone }, context) => {
    const missing = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (channels.includes('email') && !email) missing('email', 'Say where the e-mail goes.');
    if (channels.includes('sms') && !phone) missing('phone', 'Say where the text messages go.');
  });

export const preferencesAnswerSchema = z.object({
  preferences: preferencesSchema,
  /** The ways that this Casefold is set up for. */
  available: z.array(channelSchema),
});
export type PreferencesAnswer = z.infer<typeof preferencesAnswerSchema>;
