import { createExtractiveAnswerer } from '../models/builtin/answerer/extractive-answerer.ts';
import { answerQuestion } from './answer-question.ts';
import { proposeQuestions } from './propose-questions.ts';
import type { AnyTask } from './serve-tasks.ts';

/** Every task that is asked for over the bus. */
export function createTasks(): readonly AnyTask[] {
  const answerer = createExtractiveAnswerer();
  return [answerQuestion(answerer), proposeQuestions(answerer)];
}
