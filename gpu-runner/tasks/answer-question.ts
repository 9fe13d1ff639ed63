import { z } from 'zod';
import {
  type AnswerQuestionRequest,
  answerQuestionTask,
  type GivenPassage,
  type SaidAnswer,
} from '#domain/question/answering';
import type { ExtractiveAnswerer } from '../models/builtin/answerer/extractive-answerer.ts';
import { dataBlock } from '../prompts/data-block.ts';
import { loadPrompt } from '../prompts/load-prompt.ts';
import { findQuote } from './find-quote.ts';
import { ModelOutputError } from './model-output-error.ts';
import { type AnyTask, servedTask } from './serve-tasks.ts';
import { promptedTask } from './task.ts';

const outputSchema = z.object({
  found: z.boolean(),
  sentences: z
    .array(
      z.object({
        text: z.string().min(1).max(1000),
        citations: z.array(z.object({ passage: z.number().int(), quote: z.string().max(2000) })).max(10),
      }),
    )
    .max(8),
});
type Output = z.infer<typeof outputSchema>;

/** Room for the passages, a few tokens to four characters, and the answer. */
export const parameters = { contextTokens: 12_288, mostTokens: 1500 } as const;

export const answerQuestion = (answerer: ExtractiveAnswerer): AnyTask =>
  servedTask(answerQuestionTask, {
    concurrency: 2,
    textsOf: ({ question, passages }) => [question, ...passages.map(({ text }) => text)],
    builtIn: { identity: answerer.identity, run: (request) => answerer.answer(request) },
    prompted: promptedTask({
      prompt: loadPrompt('answer-question', 1),
      parameters,
      output: outputSchema,
      render: ({ question, passages }) =>
        [...blocksOf(passages), dataBlock('question', question)].join('\n\n'),
      read: readAnswer,
    }),
  });

/** Each passage as a block of its own, numbered from 1; its title and section are as little ours as its words. */
export const blocksOf = (passages: readonly GivenPassage[]): string[] =>
  passages.map(({ title, section, text }, index) =>
    dataBlock(
      `passage ${index + 1}`,
      [`From: ${title}`, ...(section ? [`Section: ${section}`] : []), '', text].join('\n'),
    ),
  );

/**
 * Checks each quotation against the passage it is said to be from. One that is not there is refused; the sentence keeps
 * its other citations, or stays without support.
 *
 * @throws {ModelOutputError} when nothing of an answer has any support
 */
export function readAnswer(output: Output, { passages }: AnswerQuestionRequest): SaidAnswer {
  const said: SaidAnswer = { found: output.found, sentences: [], citations: [], refusedCitations: 0 };
  if (!output.found) return said;
  const faults: string[] = [];
  for (const { text, citations } of output.sentences) {
    const taken: number[] = [];
    for (const { passage, quote } of citations) {
      const given = passages[passage - 1];
      const place = given && findQuote(given.text, quote);
      if (place) taken.push(said.citations.push({ passage: passage - 1, ...place }) - 1);
      else
        faults.push(
          given
            ? `"${quote.slice(0, 100)}" is not in passage ${passage}.`
            : `There is no passage ${passage}.`,
        );
    }
    said.sentences.push({ text, citations: taken });
  }
  if (said.citations.length === 0) {
    throw new ModelOutputError(
      faults.length > 0
        ? `No quotation is in the passages, word for word. ${faults.slice(0, 3).join(' ')}`
        : 'No sentence has a citation.',
    );
  }
  said.refusedCitations = faults.length;
  return said;
}
