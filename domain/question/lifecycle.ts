import { setup, transition } from 'xstate';
import type { QuestionEvent } from './events.ts';

/** Where a question is on its way to an answer. */
export const questionStages = ['received', 'answering', 'ready', 'failed'] as const;
export type QuestionStage = (typeof questionStages)[number];

/** The one machine of a question's life, shared by the write side, the projections and the web. */
export const questionLifecycle = setup({
  types: { events: {} as { readonly type: QuestionEvent['type'] } },
}).createMachine({
  id: 'question',
  initial: 'received',
  states: {
    received: { on: { ArticlesFetched: 'answering', AnswerGiven: 'ready', QuestionFailed: 'failed' } },
    answering: { on: { AnswerGiven: 'ready', QuestionFailed: 'failed' } },
    ready: {},
    failed: {},
  },
});

/** The stage after an event; one that means nothing in a stage leaves it as it is. */
export function nextQuestionStage(stage: QuestionStage, event: { readonly type: string }): QuestionStage {
  const snapshot = questionLifecycle.resolveState({ value: stage });
  const [{ value }] = transition(questionLifecycle, snapshot, event as { type: QuestionEvent['type'] });
  return value;
}

/** How far along, as a share of the whole way in [0, 1]. */
export const questionProgress: Readonly<Record<QuestionStage, number>> = {
  received: 0,
  answering: 0.4,
  ready: 1,
  failed: 1,
};
