import { type BehaviourEvent, behaviourEvents } from './behaviour/events.ts';
import { type CaseEvent, caseEvents } from './case/events.ts';
import { type DocumentEvent, documentEvents } from './document/events.ts';
import type { EventDefinitions } from './event.ts';
import { type InsightEvent, insightEvents } from './insight/events.ts';
import { type NotificationEvent, notificationEvents } from './notification/events.ts';
import { type ProjectionEvent, projectionEvents } from './projection/events.ts';
import { type QuestionEvent, questionEvents } from './question/events.ts';
import { type RecommendationEvent, recommendationEvents } from './recommendation/events.ts';
import { type ReportEvent, reportEvents } from './report/events.ts';
import { type UserEvent, userEvents } from './user/events.ts';

/** Every event type Casefold writes, by its name. */
export const eventRegistry = {
  ...caseEvents,
  ...documentEvents,
  ...behaviourEvents,
  ...questionEvents,
  ...insightEvents,
  ...recommendationEvents,
  ...reportEvents,
  ...notificationEvents,
  ...projectionEvents,
  ...userEvents,
} as const satisfies EventDefinitions;

export type CasefoldEvent =
  | CaseEvent
  | DocumentEvent
  | BehaviourEvent
  | QuestionEvent
  | InsightEvent
  | RecommendationEvent
  | ReportEvent
  | NotificationEvent
  | ProjectionEvent
  | UserEvent;
