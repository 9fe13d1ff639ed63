import { z } from 'zod';
import type { EventDefinitions, EventsOf } from '../event.ts';
import { plainText } from '../plain-text.ts';

export const caseNameSchema = plainText.min(1, 'Give the case a name.').max(200, 'At most 200 characters.');

/** Entities that one event merges; a person who merges more writes several. */
export const mostMergedAtOnce = 100;

export const caseEvents = {
  CaseOpened: { version: 1, schema: z.object({ caseId: z.string(), name: caseNameSchema }) },
  CaseRenamed: { version: 1, schema: z.object({ caseId: z.string(), name: caseNameSchema }) },
  /** A person says that several entities of the case are one: all of them are shown as `into` from now on. */
  EntitiesMerged: {
    version: 1,
    schema: z.object({
      caseId: z.string(),
      into: z.string(),
      entityIds: z.array(z.string()).min(1).max(mostMergedAtOnce),
    }),
  },
  /** Takes a merge back for one entity: it stands for itself again. */
  EntitySplit: {
    version: 1,
    schema: z.object({ caseId: z.string(), entityId: z.string(), from: z.string() }),
  },
} as const satisfies EventDefinitions;

export type CaseEvent = EventsOf<typeof caseEvents>;
