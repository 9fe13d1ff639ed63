import { z } from 'zod';
import { mostSubQuestions, proposeQuestionsTask } from '#domain/question/answering';
import type { ExtractiveAnswerer } from '../models/builtin/answerer/extractive-answerer.ts';
import { dataBlock } from '../prompts/data-block.ts';
import { loadPrompt } from '../prompts/load-prompt.ts';
import { blocksOf, parameters } from './answer-question.ts';
import { type AnyTask, servedTask } from './serve-tasks.ts';
import { promptedTask } from './task.ts';

export const proposeQuestions = (answerer: ExtractiveAnswerer): AnyTask =>
  servedTask(proposeQuestionsTask, {
    concurrency: 2,
    textsOf: ({ question, asked, passages }) => [question, ...asked, ...passages.map(({ text }) => text)],
    builtIn: { identity: answerer.identity, run: (request) => answerer.propose(request) },
    prompted: promptedTask({
      prompt: loadPrompt('propose-questions', 1),
      parameters,
      output: z.object({ questions: z.array(z.string().min(1).max(500)).max(mostSubQuestions) }),
      render: ({ question, asked, most, passages }) =>
        [
          ...blocksOf(passages),
          dataBlock('question', question),
          ...asked.map((before, index) => dataBlock(`asked before ${index + 1}`, before)),
          `Propose at most ${most}.`,
        ].join('\n\n'),
      read: ({ questions }, { most }) => ({ questions: questions.slice(0, most) }),
    }),
  });
