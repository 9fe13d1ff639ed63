import { z } from 'zod';
import type { EventDefinitions, EventsOf } from '../event.ts';
import { urgencySchema } from '../insight/events.ts';
import { channelSchema } from '../notification/events.ts';
import { plainText } from '../plain-text.ts';

export const tierSchema = z.enum(['free', 'pro']);
export type Tier = z.infer<typeof tierSchema>;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 22:00');

/** How a person wants to hear of things. */
export const preferencesSchema = z.object({
  channels: z.array(channelSchema),
  /** E-mail and telephone number, where those channels are wanted. */
  email: z.email().max(254).optional(),
  phone: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'must be a number with its country code, such as +441632960123')
    .optional(),
  /** What is less urgent is kept in the inbox only. */
  leastUrgency: urgencySchema,
  /** Nothing but what is of high urgency is sent between these times of day, in `timeZone` (an IANA name). */
  quietHours: z.object({ from: timeOfDay, to: timeOfDay, timeZone: plainText.max(100) }).optional(),
});
export type Preferences = z.infer<typeof preferencesSchema>;

export const userEvents = {
  UserRegistered: { version: 1, schema: z.object({ userId: z.string(), name: plainText }) },
  TierChanged: { version: 1, schema: z.object({ userId: z.string(), tier: tierSchema }) },
  PreferencesChanged: {
    version: 1,
    schema: z.object({ userId: z.string(), preferences: preferencesSchema }),
  },
} as const satisfies EventDefinitions;

export type UserEvent = EventsOf<typeof userEvents>;
