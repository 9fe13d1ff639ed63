import { askedQuestionSchema } from '#commands/contract';
import { type QuestionView, questionViewSchema } from '#read-api/contract';
import type { CasefoldClient, RequestOptions } from './casefold-client.ts';
import { until } from './until.ts';

type Reader = Pick<CasefoldClient, 'json'>;
type Question = { caseId: string; question: string; extended?: boolean; research?: boolean };

export const ask = (casefold: CasefoldClient, question: Question, options: RequestOptions = {}) =>
  casefold.json(askedQuestionSchema, '/api/ai/query', { ...options, json: question });

export const questionOf = (casefold: Reader, questionId: string, position?: string) =>
  casefold.json(questionViewSchema, `/api/questions/${questionId}`, { ...(position && { position }) });

/** The question once it is answered, or has failed. */
export const over = (casefold: Reader, questionId: string): Promise<QuestionView> =>
  until('the question is answered or has failed', async () => {
    const question = await questionOf(casefold, questionId);
    return (question.status === 'ready' || question.status === 'failed') && question;
  });

/** Asks, and waits for what comes of it. */
export async function answerTo(casefold: CasefoldClient, question: Question): Promise<QuestionView> {
  const { questionId } = await ask(casefold, question);
  return over(casefold, questionId);
}
