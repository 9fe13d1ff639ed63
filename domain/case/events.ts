import { z } from 'zod';
import type { EventDefinitions, EventsOf } from '../event.ts';
import { plainText } from '../plain-text.ts';

export const caseNameSchema = plainText.min(1, 'Give the case a name.').max(200, 'At most 200 characters.');

export const caseEvents = {
  CaseOpened: { version: 1, schema: z.object({ caseId: z.string(), name: caseNameSchema }) },
  CaseRenamed: { version: 1, schema: z.object({ caseId: z.string(), name: caseNameSchema }) },
} as const satisfies EventDefinitions;

export type CaseEvent = EventsOf<typeof caseEvents>;
