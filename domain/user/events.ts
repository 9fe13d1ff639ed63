import { z } from 'zod';
import type { EventDefinitions, EventsOf } from '../event.ts';
import { plainText } from '../plain-text.ts';

export const userEvents = {
  UserRegistered: { version: 1, schema: z.object({ userId: z.string(), name: plainText }) },
} as const satisfies EventDefinitions;

export type UserEvent = EventsOf<typeof userEvents>;
