import { z } from 'zod';
import { analyseBehaviour, type BehaviourRequest } from '#domain/insight/analysis';
import { performanceStateSchema, urgencySchema } from '#domain/insight/events';
import { analyseByRules, behaviourRulesIdentity } from '../models/builtin/behaviour/rules.ts';
import { dataBlock } from '../prompts/data-block.ts';
import { loadPrompt } from '../prompts/load-prompt.ts';
import { ModelOutputError } from './model-output-error.ts';
import { type AnyTask, servedTask } from './serve-tasks.ts';
import { promptedTask } from './task.ts';

/** A model names options by number: what is no option cannot be advised. */
const outputSchema = z.object({
  intent: z.string().min(1).max(300),
  state: performanceStateSchema,
  actions: z.array(z.object({ option: z.number().int(), reason: z.string().min(1).max(300) })).max(3),
  notification: z
    .object({
      title: z.string().min(1).max(80),
      body: z.string().min(1).max(240),
      urgency: urgencySchema,
    })
    .nullish(),
});

/** Tells what a person is after, how they get on, and what would help. */
export const analyseBehaviourTask = (): AnyTask =>
  servedTask(analyseBehaviour, {
    concurrency: 2,
    textsOf: (request) => [doneText(request), ...optionTexts(request)],
    builtIn: { identity: behaviourRulesIdentity, run: analyseByRules },
    prompted: promptedTask({
      prompt: loadPrompt('analyse-behaviour', 1),
      output: outputSchema,
      render: (request) =>
        [
          dataBlock('what they did', doneText(request)),
          ...optionTexts(request).map((text, index) => dataBlock(`option ${index + 1}`, text)),
        ].join('\n\n'),
      read({ intent, state, actions, notification }, { candidates }) {
        const options = actions.map(({ option, reason }) => {
          const candidate = candidates[option - 1];
          if (!candidate) throw new ModelOutputError(`There is no option ${option}.`);
          return { ...candidate, reason };
        });
        const wanted = Math.min(3, candidates.length);
        if (
          new Set(actions.map(({ option }) => option)).size !== actions.length ||
          options.length !== wanted
        ) {
          throw new ModelOutputError(`Name exactly ${wanted} different options.`);
        }
        return { intent, state, nextBestActions: options, ...(notification && { notification }) };
      },
    }),
  });

function doneText({ done, documents }: BehaviourRequest): string {
  const names = new Map(documents.map(({ documentId, fileName }) => [documentId, fileName]));
  const first = Date.parse(done[0]?.occurredAt ?? '');
  return done
    .map(({ action, occurredAt, documentId, query, milliseconds, characters }) =>
      [
        `+${Math.round((Date.parse(occurredAt) - first) / 1000)} s`,
        action,
        documentId && (names.get(documentId) ?? 'a document'),
        query && JSON.stringify(query),
        milliseconds !== undefined && `for ${Math.round(milliseconds / 1000)} s`,
        characters !== undefined && `${characters} characters, not sent`,
      ]
        .filter(Boolean)
        .join(' '),
    )
    .join('\n');
}

const optionTexts = ({ candidates }: BehaviourRequest): string[] =>
  candidates.map(({ action, label, reason }) => `${action}: ${label} (${reason})`);
