import { ServiceUnavailableError } from '#platform/service-unavailable';
import type { EmbeddingModel } from '../models/model.ts';

/**
 * Stands for a model that made vectors and is not set up any more: what it made stays as it is, and whatever would need
 * the model waits, and says what to do.
 *
 * @param choices the models that there are
 */
export function absentModel(name: string, choices: readonly string[]): EmbeddingModel {
  const wait = async (): Promise<never> => {
    throw new ServiceUnavailableError(
      `The vectors were made by ${name}, which is not set up here. Set OLLAMA_URL and OLLAMA_EMBED_MODEL as they were, or make them anew: casefold projections rebuild passage-vectors --model ${choices[0]}`,
    );
  };
  return {
    identity: { name, version: 'absent', kind: 'ollama' },
    // Of a table that is there already; nothing is written to it.
    dimensions: 1,
    maxBatch: 1,
    identify: wait,
    embed: wait,
  };
}
