import { dataBlock } from '../../prompts/data-block.ts';
import { loadPrompt } from '../../prompts/load-prompt.ts';
import { ModelOutputError } from '../../tasks/model-output-error.ts';
import type { ResultCache } from '../../tasks/result-cache.ts';
import { runPrompted } from '../../tasks/run-prompted.ts';
import { promptedTask } from '../../tasks/task.ts';
import type { AnalysisInput, DocumentAnalysis, ModelIdentity, TextModel } from '../model.ts';
import { gatherFindings } from './gather-findings.ts';
import { readWindow, type WindowFindings, windowOutputSchema } from './read-window.ts';
import { windowsOf } from './windows.ts';

type Window = { readonly title: string; readonly part: string; readonly start: number };

/** Room for a part of a document, a few tokens to four characters, the instruction and the answer. */
export const parameters = { contextTokens: 8192, mostTokens: 2500 } as const;

const task = promptedTask({
  prompt: loadPrompt('analyse-document', 1),
  parameters,
  output: windowOutputSchema,
  render: ({ title, part }: Window) =>
    [...(title ? [dataBlock('title', title)] : []), dataBlock('part of the document', part)].join('\n\n'),
  read: (output, { part, start }) => readWindow(output, part, start),
});

/** An analysis with what its provenance says beside the hash of the text. */
export type AttributedAnalysis = DocumentAnalysis & {
  readonly identity: ModelIdentity;
  readonly prompt: { readonly id: string; readonly version: string };
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Present if the model had read every part before, and was not asked again. */
  readonly cached?: true;
};

export type PromptedAnalyst = (input: AnalysisInput, signal?: AbortSignal) => Promise<AttributedAnalysis>;

/**
 * Has a text model read a document part by part. Only what the text bears out is kept: see `readWindow`. A part whose
 * answers cannot be used, twice, is left out and counted.
 *
 * @throws {ModelOutputError} from the analyst, if no part gave anything that could be used
 * @throws whatever the model throws: a `ServiceUnavailableError` while it is away
 */
export function createPromptedAnalyst(model: TextModel, cache: ResultCache): PromptedAnalyst {
  return async ({ text, title = '' }, signal) => {
    const windows = windowsOf(text);
    const findings: WindowFindings[] = [];
    const faults: ModelOutputError[] = [];
    let identity = await model.identity(signal);
    let repaired = false;
    let cached = 0;
    for (const { start, end } of windows) {
      const request = { title, part: text.slice(start, end), start };
      try {
        const answer = await runPrompted(model, task, request, { cache, ...(signal && { signal }) });
        findings.push(answer.said);
        identity = answer.identity;
        repaired ||= answer.repaired;
        if (answer.cached) cached += 1;
      } catch (error) {
        if (!(error instanceof ModelOutputError)) throw error;
        faults.push(error);
      }
    }
    const [fault] = faults;
    if (fault && findings.length === 0) throw fault;
    const { analysis, refused } = gatherFindings(text, findings);
    const read = windows.at(-1)?.end ?? text.length;
    return {
      ...analysis,
      identity,
      prompt: { id: task.prompt.id, version: task.prompt.version },
      parameters: {
        ...task.parameters,
        ...(windows.length > 1 && { parts: windows.length }),
        ...(read < text.length && { analysedCharacters: read }),
        ...(repaired && { repaired }),
        ...(faults.length > 0 && { refusedParts: faults.length }),
        ...refused,
      },
      ...(cached > 0 && cached === windows.length && { cached: true }),
    };
  };
}
