import { z } from 'zod';
import type { GenerationParameters, ModelIdentity } from '../models/model.ts';
import type { Prompt } from '../prompts/load-prompt.ts';

/** How a task is done: by code of our own where no text model is set up, and by a prompt where one is. */
export type TaskImplementation<Request, Said> = {
  /** How many requests are worked on at a time. */
  readonly concurrency: number;
  /** Every text that is shown to a model, for the provenance. */
  textsOf(request: Request): readonly string[];
  readonly builtIn: BuiltInTask<Request, Said>;
  readonly prompted: PromptedTask<Request, Said>;
};

export type BuiltInTask<Request, Said> = {
  readonly identity: ModelIdentity;
  readonly parameters?: Readonly<Record<string, string | number | boolean>>;
  run(request: Request, signal?: AbortSignal): Said | Promise<Said>;
};

export type PromptedTask<Request, Said> = {
  readonly prompt: Prompt;
  readonly parameters: GenerationParameters;
  /** JSON schema that the output must have. */
  readonly format: object;
  render(request: Request): string;
  /**
   * Turns what the model wrote into what is said.
   *
   * @param output parsed JSON
   * @throws {ModelOutputError} or a `ZodError`, telling the model what was wrong
   */
  read(output: unknown, request: Request): Said;
};

/**
 * @param options.output the shape the model is asked for, as short as can be: models keep small shapes better
 * @param options.read checks the output against what the model was given, and refuses what is not there
 */
export const promptedTask = <Request, Said, Output>(options: {
  readonly prompt: Prompt;
  readonly parameters?: GenerationParameters;
  readonly output: z.ZodType<Output>;
  render(request: Request): string;
  read(output: Output, request: Request): Said;
}): PromptedTask<Request, Said> => ({
  prompt: options.prompt,
  parameters: { temperature: 0, seed: 1, ...options.parameters },
  format: z.toJSONSchema(options.output),
  render: options.render,
  read: (output, request) => options.read(options.output.parse(output), request),
});
