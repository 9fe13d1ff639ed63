import { type Decider, RuleViolation } from '../decider.ts';
import type { QuestionCommand, RateAnswer } from './commands.ts';
import type { Article, QuestionEvent } from './events.ts';
import { nextQuestionStage, type QuestionStage } from './lifecycle.ts';

type Known = {
  readonly stage: QuestionStage;
  readonly questionId: string;
  readonly caseId: string;
  /** What was fetched for it; undefined until then. */
  readonly articles?: readonly Article[];
  /** What each person last said of the answer, as rating and note. */
  readonly ratings: ReadonlyMap<string, string>;
};
export type QuestionState = { readonly stage: 'unknown' } | Known;

export const questionStream = (questionId: string) => `question-${questionId}`;

const initialState: QuestionState = { stage: 'unknown' };

function evolve(state: QuestionState, event: QuestionEvent): QuestionState {
  if (state.stage === 'unknown') {
    if (event.type !== 'QuestionAsked') return state;
    const { questionId, caseId } = event.data;
    return { stage: 'received', questionId, caseId, ratings: new Map() };
  }
  const moved = { ...state, stage: nextQuestionStage(state.stage, event) };
  switch (event.type) {
    case 'ArticlesFetched':
      return { ...moved, articles: event.data.articles };
    case 'AnswerRated':
      return { ...moved, ratings: new Map(state.ratings).set(event.data.userId, opinion(event.data)) };
    default:
      return moved;
  }
}

const opinion = ({ rating, note = '' }: Pick<RateAnswer, 'rating' | 'note'>) => `${rating}\n${note}`;

function decide(command: QuestionCommand, state: QuestionState): readonly QuestionEvent[] {
  if (command.type === 'AskQuestion') {
    const { type: _, ...data } = command;
    return state.stage === 'unknown' ? [{ type: 'QuestionAsked', data }] : [];
  }
  if (state.stage === 'unknown') {
    throw new RuleViolation('not-found', 'question-unknown', 'There is no such question.');
  }
  if (command.type === 'RateAnswer') return decideRating(command, state);
  const { type, ...data } = command;
  const event = { type: recordedAs[type], data } as QuestionEvent;
  // A fact that comes late (the question is answered or has failed meanwhile) changes nothing.
  return nextQuestionStage(state.stage, event) === state.stage ? [] : [event];
}

const recordedAs = {
  RecordArticles: 'ArticlesFetched',
  RecordAnswer: 'AnswerGiven',
  RecordQuestionFailure: 'QuestionFailed',
} as const;

function decideRating(command: RateAnswer, state: Known): readonly QuestionEvent[] {
  if (state.stage !== 'ready') {
    throw new RuleViolation('conflict', 'not-answered', 'There is no answer to rate yet.');
  }
  const { userId, rating, note } = command;
  if (state.ratings.get(userId) === opinion(command)) return [];
  const { questionId, caseId } = state;
  return [{ type: 'AnswerRated', data: { questionId, caseId, userId, rating, ...(note && { note }) } }];
}

export const questionDecider: Decider<QuestionState, QuestionCommand, QuestionEvent> = {
  initialState,
  evolve,
  decide,
};
