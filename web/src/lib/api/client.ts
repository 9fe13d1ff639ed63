import { z } from 'zod';
import {
  type AskQuestion,
  askedQuestionSchema,
  demoStatusSchema,
  openedCaseSchema,
  preferencesAnswerSchema,
  type RatingBody,
  requestedReportSchema,
  writtenSchema,
} from '#commands/contract';
import type { ProcessingStage } from '#domain/document/events';
import type { Preferences, Tier } from '#domain/user/events';
import {
  caseEntityListSchema,
  caseListSchema,
  caseSchema,
  documentDetailSchema,
  documentListSchema,
  duplicateListSchema,
  entityDetailSchema,
  entityListSchema,
  graphSearchAnswerSchema,
  historySchema,
  insightListSchema,
  jobSchema,
  meSchema,
  metricsSeriesSchema,
  notificationListSchema,
  questionListSchema,
  questionViewSchema,
  recommendationsSchema,
  reportListSchema,
  reportViewSchema,
  searchAnswerSchema,
  type searchModes,
  similarListSchema,
} from '#read-api/contract';
import { type Fetch, read, readJson, write } from './request.ts';

export type SearchMode = (typeof searchModes)[number];
export type HistoryQuery = {
  documentId?: string;
  type?: string;
  at?: string;
  cursor?: string;
  limit?: number;
};

/** A write whose answer is not looked at beyond the position it may carry. */
const acknowledgedSchema = z.union([writtenSchema, z.unknown()]);

const id = encodeURIComponent;

/** `?a=b`, without what is unset. */
function query(values: Record<string, string | number | undefined>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text && `?${text}`;
}

export const documentPath = (documentId: string) => `/api/documents/${id(documentId)}`;
/** @param ending `md` or `pdf` */
export const reportDownload = (reportId: string, ending: string) => `/api/reports/${id(reportId)}.${ending}`;
export const contentUrl = (documentId: string) => `${documentPath(documentId)}/content`;

/**
 * The API as functions, each answer checked against the contract. Every function throws a `ProblemError` when refused.
 *
 * @param fetch a load function's own, or the browser's
 */
export function createApi(fetch: Fetch) {
  return {
    me: () => readJson(fetch, '/api/me', meSchema),
    signOut: () => write(fetch, 'DELETE', '/api/session', acknowledgedSchema),

    cases: () => readJson(fetch, '/api/cases', caseListSchema),
    case: (caseId: string) => readJson(fetch, `/api/cases/${id(caseId)}`, caseSchema),
    openCase: (name: string) => write(fetch, 'POST', '/api/cases', openedCaseSchema, { name }),
    renameCase: (caseId: string, name: string) =>
      write(fetch, 'PATCH', `/api/cases/${id(caseId)}`, writtenSchema, { name }),
    /** @param parameters the page's own filters, sort and cursor */
    documents: (caseId: string, parameters: Record<string, string | number | undefined>) =>
      readJson(fetch, `/api/cases/${id(caseId)}/documents${query(parameters)}`, documentListSchema),
    history: (caseId: string, of: HistoryQuery) =>
      readJson(fetch, `/api/cases/${id(caseId)}/history${query(of)}`, historySchema),
    metrics: (caseId: string) => readJson(fetch, `/api/cases/${id(caseId)}/metrics`, metricsSeriesSchema),

    caseEntities: (caseId: string, parameters: Record<string, string | number | undefined>) =>
      readJson(fetch, `/api/cases/${id(caseId)}/entities${query(parameters)}`, caseEntityListSchema),
    caseEntity: (caseId: string, entityId: string) =>
      readJson(fetch, `/api/cases/${id(caseId)}/entities/${id(entityId)}`, entityDetailSchema),
    duplicates: (caseId: string) =>
      readJson(fetch, `/api/cases/${id(caseId)}/entities/duplicates`, duplicateListSchema),
    mergeEntities: (caseId: string, into: string, entityIds: readonly string[]) =>
      write(fetch, 'POST', `/api/cases/${id(caseId)}/entities/merge`, writtenSchema, { into, entityIds }),
    splitEntity: (caseId: string, entityId: string) =>
      write(fetch, 'POST', `/api/cases/${id(caseId)}/entities/split`, writtenSchema, { entityId }),

    document: (documentId: string) => readJson(fetch, documentPath(documentId), documentDetailSchema),
    text: async (documentId: string) => (await read(fetch, `${documentPath(documentId)}/text`)).text(),
    similar: (documentId: string) =>
      readJson(fetch, `${documentPath(documentId)}/similar`, similarListSchema),
    entities: (documentId: string) =>
      readJson(fetch, `${documentPath(documentId)}/entities`, entityListSchema),
    documentHistory: (documentId: string, of: { cursor?: string; limit?: number } = {}) =>
      readJson(fetch, `${documentPath(documentId)}/history${query(of)}`, historySchema),
    job: (jobId: string) => readJson(fetch, `/api/jobs/status/${id(jobId)}`, jobSchema),

    like: (documentId: string, liked: boolean) =>
      write(fetch, liked ? 'POST' : 'DELETE', `${documentPath(documentId)}/like`, writtenSchema),
    tag: (documentId: string, tags: readonly string[]) =>
      write(fetch, 'PUT', `${documentPath(documentId)}/tags`, writtenSchema, { tags }),
    withdraw: (documentId: string, reason: string) =>
      write(fetch, 'POST', `${documentPath(documentId)}/withdraw`, writtenSchema, reason ? { reason } : {}),
    retry: (documentId: string, from?: ProcessingStage) =>
      write(fetch, 'POST', `${documentPath(documentId)}/retry`, writtenSchema, from ? { from } : {}),

    search: (of: { q: string; caseId: string; mode: SearchMode; limit: number }) =>
      readJson(fetch, `/api/search${query(of)}`, searchAnswerSchema),
    graphSearch: (of: { q: string; caseId: string; unseen: 'true' | 'false'; limit: number }) =>
      readJson(fetch, `/api/ai/graph-search${query(of)}`, graphSearchAnswerSchema),

    questions: (caseId: string, cursor?: string) =>
      readJson(fetch, `/api/cases/${id(caseId)}/questions${query({ cursor })}`, questionListSchema),
    question: (questionId: string) => readJson(fetch, `/api/questions/${id(questionId)}`, questionViewSchema),
    ask: (asked: AskQuestion) => write(fetch, 'POST', '/api/ai/query', askedQuestionSchema, asked),
    rate: (questionId: string, rating: RatingBody) =>
      write(fetch, 'POST', `/api/questions/${id(questionId)}/rating`, writtenSchema, rating),

    reports: (caseId: string, cursor?: string) =>
      readJson(fetch, `/api/cases/${id(caseId)}/reports${query({ cursor })}`, reportListSchema),
    report: (reportId: string) => readJson(fetch, `/api/reports/${id(reportId)}`, reportViewSchema),
    generateReport: (caseId: string) =>
      write(fetch, 'POST', '/api/ai/generate-report', requestedReportSchema, { caseId }),
    retryReport: (reportId: string) =>
      write(fetch, 'POST', `/api/reports/${id(reportId)}/retry`, requestedReportSchema),

    recommendations: (caseId: string) =>
      readJson(fetch, `/api/recommendations${query({ caseId })}`, recommendationsSchema),
    followRecommendation: (documentId: string) =>
      write(fetch, 'POST', `/api/recommendations/${id(documentId)}/follow`, writtenSchema),
    dismissRecommendation: (documentId: string) =>
      write(fetch, 'POST', `/api/recommendations/${id(documentId)}/dismiss`, writtenSchema),
    changeTier: (userId: string, tier: Tier) =>
      write(fetch, 'PUT', `/api/users/${id(userId)}/tier`, writtenSchema, { tier }),

    insights: (caseId: string, cursor?: string) =>
      readJson(fetch, `/api/insights${query({ caseId, cursor })}`, insightListSchema),
    notifications: (of: { limit: number; cursor?: string; unread?: 'true' }) =>
      readJson(fetch, `/api/notifications${query(of)}`, notificationListSchema),
    readNotifications: (notificationIds: readonly string[]) =>
      write(fetch, 'POST', '/api/notifications/read', writtenSchema, { notificationIds }),
    preferences: () => readJson(fetch, '/api/preferences', preferencesAnswerSchema),
    changePreferences: (preferences: Preferences) =>
      write(fetch, 'PUT', '/api/preferences', writtenSchema, preferences),

    demo: () => readJson(fetch, '/api/demo', demoStatusSchema),
    loadDemo: () => write(fetch, 'POST', '/api/demo', acknowledgedSchema),
  };
}
export type Api = ReturnType<typeof createApi>;

/** For event handlers in the browser; load functions make their own from the `fetch` they are given. */
export const api = createApi((input, init) => fetch(input, init));
