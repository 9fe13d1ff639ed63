import type { GenerateRequest } from 'ollama';
import { ModelOutputError } from '../../tasks/model-output-error.ts';
import type { GenerationParameters, GenerationRequest, TextModel } from '../model.ts';
import type { OllamaConnection } from './connection.ts';
import { identifyModel } from './identify.ts';
import { modelShape } from './model-shape.ts';

/** A token has three characters or more in most languages that are written with letters. */
const charactersPerToken = 3;
/** Tokens for an answer, where its length is not limited. */
const usualAnswer = 2048;
/** The server keeps a model in memory for one length of context: few lengths mean few reloads. */
const contextSteps = [8192, 16_384, 32_768, 65_536, 131_072];

/** Newer servers refuse a prompt that is too long instead of cutting it; the client's types do not know the word yet. */
type Request = GenerateRequest & { stream: true; truncate: false };

/** Writes through Ollama, always in pieces: only what comes in pieces can be aborted, and outlives a time limit on silence. */
export function createOllamaWriter(connection: OllamaConnection, model: string): TextModel {
  let longest: Promise<number | undefined> | undefined;
  const longestContext = () => {
    longest ??= modelShape(connection, model).then(
      ({ contextLength }) => contextLength,
      () => {
        // Asked again next time; whatever is wrong shows when it is asked to write.
        longest = undefined;
        return undefined;
      },
    );
    return longest;
  };

  return {
    identity: (signal) => identifyModel(connection, model, signal),
    async generate(request, { signal, onText } = {}) {
      const { system, prompt, format, parameters } = request;
      const context = contextFor(request, await longestContext());
      const asked: Request = {
        model,
        system,
        prompt,
        stream: true,
        truncate: false,
        ...(format && { format }),
        options: optionsOf(parameters, context),
      };
      return connection.askModel(
        model,
        async (client) => {
          let written = '';
          for await (const { response = '', done, done_reason: reason } of await client.generate(asked)) {
            written += response;
            if (response !== '') onText?.(response);
            // What is here already would be read to its end otherwise.
            signal?.throwIfAborted();
            if (done && reason === 'length') {
              throw new ModelOutputError(
                `${model} wrote more than it may (${parameters.mostTokens ?? context} tokens) and was cut off.`,
              );
            }
          }
          return written;
        },
        signal,
      );
    },
  };
}

/**
 * Tokens of context that a request needs, in steps: as many as it says, or more where what is asked and the answer would
 * not fit.
 *
 * @throws {ModelOutputError} if it needs more than the model has: the start of it would be cut off unseen
 */
export function contextFor(
  { system, prompt, parameters }: GenerationRequest,
  longest = Number.POSITIVE_INFINITY,
): number {
  const { contextTokens, mostTokens = usualAnswer } = parameters;
  const asked = Math.ceil((system.length + prompt.length) / charactersPerToken);
  const needed = Math.max(contextTokens ?? 0, asked + mostTokens);
  if (asked > longest) {
    throw new ModelOutputError(
      `What is asked has about ${asked} tokens, and the model looks at ${longest} at the most. Give it less, or use a model with a longer context.`,
    );
  }
  const enough = needed === contextTokens;
  const step = enough ? contextTokens : (contextSteps.find((each) => each >= needed) ?? needed);
  return Math.min(step, longest);
}

const optionsOf = ({ temperature, seed, mostTokens }: GenerationParameters, context: number) => ({
  num_ctx: context,
  ...(temperature !== undefined && { temperature }),
  ...(seed !== undefined && { seed }),
  ...(mostTokens !== undefined && { num_predict: mostTokens }),
});
