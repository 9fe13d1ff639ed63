import { insightEvents } from '#domain/insight/events';
import { notificationEvents } from '#domain/notification/events';
import { questionEvents } from '#domain/question/events';
import { recommendationEvents } from '#domain/recommendation/events';
import { reportEvents } from '#domain/report/events';
import { plural } from '#lib/format.ts';
import type { HistoryItem } from '#read-api/contract';
import type { Words } from './sentence.ts';

const definitions = {
  ...questionEvents,
  ...insightEvents,
  ...recommendationEvents,
  ...reportEvents,
  ...notificationEvents,
};

/** What a case was asked, what models found and advised, and who was told: in plain words. */
export const intelligenceLabels: Readonly<Record<keyof typeof definitions, string>> = {
  QuestionAsked: 'Question asked',
  ArticlesFetched: 'Articles fetched',
  AnswerGiven: 'Answer given',
  QuestionFailed: 'Question failed',
  AnswerRated: 'Answer rated',
  BehaviourAnalysed: 'Behaviour analysed',
  BehaviourAnalysisFailed: 'Behaviour not analysed',
  RecommendationsGenerated: 'Recommendations made',
  RecommendationFollowed: 'Recommendation followed',
  RecommendationDismissed: 'Recommendation dismissed',
  ReportRequested: 'Report asked for',
  JourneySummarised: 'Journey summarised',
  RecommendationsFormulated: 'Report’s recommendations written',
  ReportCompleted: 'Report completed',
  ReportFailed: 'Report failed',
  NotificationRequested: 'Notification asked for',
  NotificationSendingStarted: 'Notification being sent',
  NotificationPutOff: 'Notification put off',
  NotificationSent: 'Notification sent',
  NotificationFailed: 'Notification failed',
  NotificationRead: 'Notification read',
};

/** As `wordsFor`; undefined for an event of another kind. */
export function intelligenceWords(item: HistoryItem, document: string): Words | undefined {
  switch (item.type) {
    case 'QuestionAsked': {
      const question = questionEvents.QuestionAsked.schema.safeParse(item.data).data?.question ?? '';
      return { before: 'asked', after: `“${question}”` };
    }
    case 'ArticlesFetched': {
      const count = questionEvents.ArticlesFetched.schema.safeParse(item.data).data?.articles.length ?? 0;
      return { before: `fetched ${plural(count, 'article')} from outside the case` };
    }
    case 'AnswerGiven': {
      const data = questionEvents.AnswerGiven.schema.safeParse(item.data).data;
      if (data?.outcome === 'not-in-case') return { before: 'found no answer in this case' };
      return { before: `answered, with ${plural(data?.citations.length ?? 0, 'citation')}` };
    }
    case 'QuestionFailed':
      return { before: 'could not answer', ...noteIn(item) };
    case 'AnswerRated':
      return { before: `found an answer ${item.data.rating === 'helpful' ? 'helpful' : 'unhelpful'}` };
    case 'BehaviourAnalysed': {
      const state = insightEvents.BehaviourAnalysed.schema.safeParse(item.data).data?.state;
      return { before: `saw somebody ${state ?? 'at work'}` };
    }
    case 'BehaviourAnalysisFailed':
      return { before: 'could not tell how somebody gets on', ...noteIn(item) };
    case 'RecommendationsGenerated': {
      const data = recommendationEvents.RecommendationsGenerated.schema.safeParse(item.data).data;
      return { before: `recommended ${plural(data?.recommendations.length ?? 0, 'document')}` };
    }
    case 'RecommendationFollowed':
      return { before: 'followed the recommendation of', document };
    case 'RecommendationDismissed':
      return { before: 'dismissed the recommendation of', document };
    case 'ReportRequested':
      return { before: 'asked for a report' };
    case 'JourneySummarised':
      return { before: 'summarised the journey of the case' };
    case 'RecommendationsFormulated': {
      const data = reportEvents.RecommendationsFormulated.schema.safeParse(item.data).data;
      return { before: `wrote ${plural(data?.recommendations.length ?? 0, 'recommendation')} for a report` };
    }
    case 'ReportCompleted':
      return { before: 'completed the report', after: `“${String(item.data.title ?? '')}”` };
    case 'ReportFailed':
      return { before: 'could not finish a report', ...noteIn(item) };
    case 'NotificationRequested':
      return { before: 'asked to tell somebody:', after: `“${String(item.data.title ?? '')}”` };
    case 'NotificationSendingStarted':
      return { before: `began to send a notification ${wayOf(item)}` };
    case 'NotificationPutOff':
      return { before: 'will try to send a notification again', ...noteIn(item) };
    case 'NotificationSent':
      return { before: `sent a notification ${wayOf(item)}` };
    case 'NotificationFailed':
      return { before: 'could not send a notification', ...noteIn(item) };
    case 'NotificationRead':
      return { before: 'read a notification' };
    default:
      return undefined;
  }
}

const ways: Readonly<Record<string, string>> = {
  toast: 'on the page',
  email: 'by e-mail',
  sms: 'by text message',
};
const wayOf = ({ data }: HistoryItem) => ways[String(data.channel)] ?? '';

const noteIn = ({ data }: HistoryItem) => (typeof data.message === 'string' ? { note: data.message } : {});
