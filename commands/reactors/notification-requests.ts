import type { RecordedEvent } from '#domain/event';
import type { InsightEvent, Urgency } from '#domain/insight/events';
import {
  type NotificationCommand,
  newsMs,
  notificationDecider,
  notificationStream,
} from '#domain/notification/decider';
import { questionStream } from '#domain/question/decider';
import type { QuestionEvent } from '#domain/question/events';
import { reportStream } from '#domain/report/decider';
import type { ReportEvent } from '#domain/report/events';
import { type UserState, userDecider, userStream } from '#domain/user/decider';
import type { UserEvent } from '#domain/user/events';
import { waysTo } from '#domain/user/preferences';
import type { EventStore } from '#platform/event-store';
import { foldStream, handleCommand } from '#platform/handle-command';
import { derivedId } from '#platform/ids';
import { contextOfReaction } from '../command-context.ts';
import { lastOf } from '../last-of.ts';
import type { Reactor } from './reactor.ts';

type Told = InsightEvent | QuestionEvent | ReportEvent;

type Asked = Extract<QuestionEvent, { type: 'QuestionAsked' }>;
type ReportAsked = Extract<ReportEvent, { type: 'ReportRequested' }>;

/** Something to tell a person. */
type News = {
  readonly userId: string;
  readonly caseId?: string;
  readonly title: string;
  readonly body: string;
  readonly urgency: Urgency;
  readonly link?: string;
};

/** Asks that people are told what concerns them: an insight worth it, an answer, a report. */
export const notificationRequestsReactor = (store: EventStore): Reactor => ({
  name: 'notification-requests',
  types: ['BehaviourAnalysed', 'AnswerGiven', 'QuestionFailed', 'ReportCompleted', 'ReportFailed'],
  concurrency: 4,
  messageTimeoutMs: 60_000,
  async handle(event) {
    // What has lain in the log for longer is no news to anybody.
    if (Date.now() - event.created.getTime() > newsMs) return;
    const news = await newsOf(store, event as RecordedEvent<Told>);
    if (!news) return;
    const context = contextOfReaction('notification-requests', event);
    const { preferences } = await foldStream<UserState, UserEvent>(
      store,
      userDecider,
      userStream(news.userId),
    );
    const notificationId = derivedId('notification', event.id);
    const command: NotificationCommand = {
      type: 'RequestNotification',
      notificationId,
      ...news,
      requestedAt: context.occurredAt,
      ...waysTo(preferences, news.urgency, context.occurredAt),
    };
    await handleCommand(store, notificationDecider, notificationStream(notificationId), command, {
      ...context,
      actor: { kind: 'system', id: 'notification-requests' },
    });
  },
});

async function newsOf(store: EventStore, event: RecordedEvent<Told>): Promise<News | undefined> {
  switch (event.type) {
    case 'BehaviourAnalysed': {
      const { userId, caseId, notification } = event.data;
      if (!notification) return undefined;
      return { userId, ...notification, ...(caseId && { caseId, link: `/cases/${caseId}/insights` }) };
    }
    case 'AnswerGiven':
    case 'QuestionFailed': {
      const asked = await lastOf<Asked>(store, questionStream(event.data.questionId), 'QuestionAsked');
      if (!asked) return undefined;
      const { userId, caseId, question, questionId } = asked;
      const about = { userId, caseId, body: question, link: `/cases/${caseId}/ask?question=${questionId}` };
      if (event.type === 'QuestionFailed') {
        return { ...about, title: 'A question could not be answered', urgency: 'normal' };
      }
      const found = event.data.outcome === 'answered';
      return {
        ...about,
        title: found ? 'Your question is answered' : 'The case does not say',
        urgency: 'low',
      };
    }
    case 'ReportCompleted':
    case 'ReportFailed': {
      // Whoever asked again is the one who waits.
      const requested = await lastOf<ReportAsked>(
        store,
        reportStream(event.data.reportId),
        'ReportRequested',
        event.position,
      );
      if (!requested) return undefined;
      const { userId, caseId, reportId } = requested;
      const about = {
        userId,
        caseId,
        link: `/cases/${caseId}/reports?report=${reportId}`,
        urgency: 'normal' as const,
      };
      return event.type === 'ReportCompleted'
        ? { ...about, title: 'The report is ready', body: event.data.title }
        : { ...about, title: 'The report could not be made', body: event.data.message };
    }
    default:
      return undefined;
  }
}
