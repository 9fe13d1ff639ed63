import { z } from 'zod';
import {
  assembleReportTask,
  type Ground,
  leastRecommendations,
  mostJourneyClaims,
  mostRecommendations,
  mostSummaryClaims,
  recommendStrategyTask,
  summariseJourneyTask,
} from '#domain/report/writing';
import type { ReportComposer } from '../models/builtin/reporter/report-composer.ts';
import { dataBlock } from '../prompts/data-block.ts';
import { loadPrompt } from '../prompts/load-prompt.ts';
import { readClaims } from './read-claims.ts';
import { type AnyTask, servedTask } from './serve-tasks.ts';
import { promptedTask } from './task.ts';

/** Room for eighty facts, a few tokens to four characters, and what is written of them. */
const parameters = { contextTokens: 16_384, mostTokens: 2500 } as const;
const concurrency = 1;

const words = z.string().trim().min(1).max(700);
const on = z.array(z.number().int()).max(20);
const claims = z.array(z.object({ text: words, on }));

/** Each statement as a block of its own, numbered from 1: what it says comes from documents and people. */
const blocksOf = (label: string, grounds: readonly Ground[], from = 1): string[] =>
  grounds.map(({ kind, subject, text }, index) =>
    dataBlock(
      `${label} ${from + index}`,
      [...(kind ? [`About: ${kind}`] : []), ...(subject ? [`Of: ${subject}`] : []), text].join('\n'),
    ),
  );

const textsOf = (grounds: readonly Ground[]) => grounds.map(({ text }) => text);

/** The three steps of a report, each a task of its own: what one wrote is recorded before the next begins. */
export const writeReport = (composer: ReportComposer): readonly AnyTask[] => [
  servedTask(summariseJourneyTask, {
    concurrency,
    textsOf: ({ caseName, facts }) => [caseName, ...textsOf(facts)],
    builtIn: { identity: composer.identity, run: (request) => composer.summarise(request) },
    prompted: promptedTask({
      prompt: loadPrompt('summarise-journey', 1),
      parameters,
      output: z.object({ claims: claims.max(40) }),
      render: ({ caseName, facts }) => [dataBlock('case', caseName), ...blocksOf('fact', facts)].join('\n\n'),
      read({ claims: said }, { facts }) {
        const { kept, refused } = readClaims(said, facts.length, { most: mostJourneyClaims });
        return { claims: kept, refusedClaims: refused };
      },
    }),
  }),
  servedTask(recommendStrategyTask, {
    concurrency,
    textsOf: ({ caseName, facts, journey }) => [caseName, ...textsOf(facts), ...journey],
    builtIn: { identity: composer.identity, run: (request) => composer.recommend(request) },
    prompted: promptedTask({
      prompt: loadPrompt('recommend-strategy', 1),
      parameters,
      output: z.object({
        recommendations: z.array(z.object({ title: words.max(150), reason: words, on })).max(10),
      }),
      render: ({ caseName, facts, journey }) =>
        [
          dataBlock('case', caseName),
          ...blocksOf('fact', facts),
          dataBlock('journey', journey.join('\n')),
        ].join('\n\n'),
      read({ recommendations }, { facts }) {
        const { kept, refused } = readClaims(recommendations, facts.length, {
          least: leastRecommendations,
          most: mostRecommendations,
        });
        return { recommendations: kept, refusedClaims: refused };
      },
    }),
  }),
  servedTask(assembleReportTask, {
    concurrency,
    textsOf: ({ caseName, statements }) => [caseName, ...textsOf(statements)],
    builtIn: { identity: composer.identity, run: (request) => composer.assemble(request) },
    prompted: promptedTask({
      prompt: loadPrompt('assemble-report', 1),
      parameters,
      output: z.object({ title: words.max(150), summary: claims.max(10) }),
      render: ({ caseName, statements, recommendations }) => {
        const first = statements.length - recommendations;
        return [
          dataBlock('case', caseName),
          ...blocksOf('statement', statements.slice(0, first)),
          ...blocksOf('recommendation', statements.slice(first), first + 1),
        ].join('\n\n');
      },
      read({ title, summary }, { statements }) {
        const { kept, refused } = readClaims(summary, statements.length, { most: mostSummaryClaims });
        return { title, summary: kept, refusedClaims: refused };
      },
    }),
  }),
];
