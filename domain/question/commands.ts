import type { QuestionEvent } from './events.ts';

type DataOf<Type extends QuestionEvent['type']> = Extract<QuestionEvent, { type: Type }>['data'];

export type AskQuestion = { readonly type: 'AskQuestion' } & DataOf<'QuestionAsked'>;
/** `Record…` brings back a fact from outside: what was fetched, what a model answered, why it could not. */
export type RecordArticles = { readonly type: 'RecordArticles' } & DataOf<'ArticlesFetched'>;
export type RecordAnswer = { readonly type: 'RecordAnswer' } & DataOf<'AnswerGiven'>;
export type RecordQuestionFailure = { readonly type: 'RecordQuestionFailure' } & DataOf<'QuestionFailed'>;
export type RateAnswer = {
  readonly type: 'RateAnswer';
  readonly userId: string;
  readonly rating: DataOf<'AnswerRated'>['rating'];
  readonly note?: string;
};

export type QuestionCommand =
  | AskQuestion
  | RecordArticles
  | RecordAnswer
  | RecordQuestionFailure
  | RateAnswer;
