import { z } from 'zod';
import type { EventDefinitions, EventsOf } from '../event.ts';
import { plainText } from '../plain-text.ts';

export const caseNameSchema = plainText.min(1, 'Give the case a name.').max(200, 'At most 200 characters.');

export const caseEvents = {
  CaseOpened: { version: 1, schema: z.object({ caseId: z.string(), name: caseNameSchema }) },
  CaseRenamed: { version: 1, schema: z.object({ caseId: z.string(), name: caseNameSchema }) },
  /** A person says that several entities of the case are one: all of them are shown as `into` from now on. */
  EntitiesMerged: {
    version: 1,
    schema: z.object({
      caseId: z.string(),
      into: z.string(),
      entityIds: z.array(z.string()).min(1).max(100),
    }),
  },
  /** Takes a merge back for one entity: it stands for itself again. */
  EntitySplit: {
    version: 1,
    schema: z.object({ caseId: z.string(), entityId: z.string(), from: z.string() }),
  },
} as const satisfies EventDefinitions;

export type CaseEvent = EventsOf<typeof caseEvents>;
