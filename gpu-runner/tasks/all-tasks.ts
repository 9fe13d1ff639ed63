import { createExtractiveAnswerer } from '../models/builtin/answerer/extractive-answerer.ts';
import { createReportComposer } from '../models/builtin/reporter/report-composer.ts';
import { analyseBehaviourTask } from './analyse-behaviour.ts';
import { answerQuestion } from './answer-question.ts';
import { proposeQuestions } from './propose-questions.ts';
import type { AnyTask } from './serve-tasks.ts';
import { writeReport } from './write-report.ts';

/** Every task that is asked for over the bus. */
export function createTasks(): readonly AnyTask[] {
  const answerer = createExtractiveAnswerer();
  return [
    answerQuestion(answerer),
    proposeQuestions(answerer),
    analyseBehaviourTask(),
    ...writeReport(createReportComposer()),
  ];
}
