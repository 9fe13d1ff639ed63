import type { BehaviourEvent } from '#domain/behaviour/events';
import type { CaseEvent } from '#domain/case/events';
import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import type { RecommendationEvent } from '#domain/recommendation/events';
import type { Logger } from '#platform/log';
import { contextOfReaction } from '../command-context.ts';
import { audienceOf, type RecommendPorts, recommendTo } from '../recommend.ts';
import { type Coalesce, coalescing } from './coalesce.ts';
import type { Reactor } from './reactor.ts';

/** Long enough for what a person does in one go, short enough to find the list renewed. */
const quietMs = 2000;
/** More documents often come with one that is linked, and everybody's lists are to be worked out. */
const quietWhileLinkingMs = 10_000;
/** Deliveries of an event before it is left to the schedule, which looks at everybody. */
const mostDeliveries = 5;

type Cause = RecordedEvent<DocumentEvent | BehaviourEvent | CaseEvent | RecommendationEvent>;

/**
 * Whose list an event may change: that of whoever did something, or, where a case has changed, those of all who have
 * seen something of it. What others come to see of a like is left to the schedule; whoever
 * follows a recommendation looks at the document next.
 */
function concerned(event: Cause): readonly { readonly caseId: string; readonly userId?: string }[] {
  switch (event.type) {
    case 'DocumentLiked':
    case 'DocumentUnliked':
    case 'RecommendationDismissed':
      return [{ caseId: event.data.caseId, userId: event.data.userId }];
    case 'BehaviourRecorded': {
      const { userId, entries } = event.data;
      const cases = entries.flatMap(({ action, documentId, caseId }) =>
        action === 'viewed' && documentId && caseId ? [caseId] : [],
      );
      return [...new Set(cases)].map((caseId) => ({ caseId, userId }));
    }
    case 'SimilarDocumentsFound':
    case 'DocumentWithdrawn':
    case 'EntitiesMerged':
    case 'EntitySplit':
      return [{ caseId: event.data.caseId }];
    default:
      return [];
  }
}

/**
 * Renews recommendations when something happens that they follow from. Many events about one person or case make them be
 * worked out once (`coalescing`), and all together they take turns: a thousand documents at once are no storm.
 */
export function recommendationReactor(ports: RecommendPorts, log: Logger, signal: AbortSignal): Reactor {
  const join: Coalesce = coalescing(signal, async (key, event) => {
    const [caseId = '', userId] = key.split('\0');
    const people =
      userId === undefined ? await audienceOf(ports, event.position, caseId, signal) : [{ caseId, userId }];
    for (const person of people) {
      const context = contextOfReaction('recommendations', event, `${person.userId}+${caseId}`);
      await recommendTo(ports, person, event.position, context, signal);
    }
  });

  return {
    name: 'recommendations',
    types: [
      'DocumentLiked',
      'DocumentUnliked',
      'BehaviourRecorded',
      'SimilarDocumentsFound',
      'DocumentWithdrawn',
      'EntitiesMerged',
      'EntitySplit',
      'RecommendationDismissed',
    ],
    // They wait together for the same run.
    concurrency: 200,
    messageTimeoutMs: 10 * 60_000,
    async handle(event, { deliveries }) {
      try {
        await Promise.all(
          concerned(event as Cause).map(({ caseId, userId }) =>
            join(
              userId === undefined ? caseId : `${caseId}\0${userId}`,
              event,
              event.type === 'SimilarDocumentsFound' ? quietWhileLinkingMs : quietMs,
            ),
          ),
        );
      } catch (error) {
        if (signal.aborted || deliveries < mostDeliveries) throw error;
        log.warn(
          { err: error, event: event.id },
          'recommendations are left to the next time all are renewed',
        );
      }
    },
  };
}
