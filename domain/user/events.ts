import { z } from 'zod';
import type { EventDefinitions, EventsOf } from '../event.ts';

export const userEvents = {
  UserRegistered: { version: 1, schema: z.object({ userId: z.string(), name: z.string() }) },
} as const satisfies EventDefinitions;

export type UserEvent = EventsOf<typeof userEvents>;
