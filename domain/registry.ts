import { type BehaviourEvent, behaviourEvents } from './behaviour/events.ts';
import { type CaseEvent, caseEvents } from './case/events.ts';
import { type DocumentEvent, documentEvents } from './document/events.ts';
import type { EventDefinitions } from './event.ts';
import { type ProjectionEvent, projectionEvents } from './projection/events.ts';
import { type UserEvent, userEvents } from './user/events.ts';

/** Every event type Casefold writes, by its name. */
export const eventRegistry = {
  ...caseEvents,
  ...documentEvents,
  ...behaviourEvents,
  ...projectionEvents,
  ...userEvents,
} as const satisfies EventDefinitions;

export type CasefoldEvent = CaseEvent | DocumentEvent | BehaviourEvent | ProjectionEvent | UserEvent;
