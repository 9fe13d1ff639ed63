import { z } from 'zod';
import type { EmbeddingModel } from '../model.ts';
import type { OllamaConnection } from './connection.ts';
import { embeddingPrefix } from './embedding-prefixes.ts';
import { identifyModel } from './identify.ts';
import { halves, meanOf, unitVector } from './long-texts.ts';
import { modelName } from './model-name.ts';

/** Ollama works through them one by one; a larger batch would only hold up whoever asks beside it. */
const maxBatch = 32;
/**
 * Tokens of one text, at the most: what nomic-embed-text was trained with. As many go into one step of the work
 * (`num_batch`): what lies beyond a step is cut off otherwise, and nobody is told.
 */
const mostTokens = 2048;

const answerSchema = z.object({ embeddings: z.array(z.array(z.number())) });

/**
 * Embeds through Ollama. Nothing of a text is left out: one that is too long for the model is embedded in parts, and
 * stands where they point on average.
 *
 * @param options.dimensions length of the model's vectors; one of another length is refused
 */
export function createOllamaEmbedder(
  connection: OllamaConnection,
  { model, dimensions }: { readonly model: string; readonly dimensions: number },
): EmbeddingModel {
  const identity = { ...modelName(model), kind: 'ollama' } as const;

  async function request(input: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const answer = await connection.askModel(
      model,
      (client) =>
        client.embed({
          model,
          input: [...input],
          truncate: false,
          options: { num_ctx: mostTokens, num_batch: mostTokens },
        }),
      signal,
    );
    const { embeddings } = answerSchema.parse(answer);
    if (embeddings.length !== input.length) {
      throw new Error(`${model} made ${embeddings.length} vectors of ${input.length} texts.`);
    }
    return embeddings.map((vector) => {
      if (vector.length !== dimensions) {
        throw new Error(
          `${model} makes vectors of ${vector.length} numbers, not ${dimensions}. Set OLLAMA_EMBED_DIMENSIONS to ${vector.length} and start again, then rebuild passage-vectors.`,
        );
      }
      return unitVector(vector);
    });
  }

  /** @param prefix goes before each part of a text that is too long for one */
  async function embedAll(
    texts: readonly string[],
    prefix: string,
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    try {
      return await request(
        texts.map((text) => prefix + text),
        signal,
      );
    } catch (error) {
      if (!isTooLong(error)) throw error;
      const [text = ''] = texts;
      if (texts.length === 1 && text.length < 2) throw error;
      const vectors: Float32Array[] = [];
      if (texts.length > 1) {
        // Which of them it is, the server does not say.
        for (const each of texts) vectors.push(...(await embedAll([each], prefix, signal)));
        return vectors;
      }
      for (const part of halves(text)) vectors.push(...(await embedAll([part], prefix, signal)));
      return [meanOf(vectors)];
    }
  }

  return {
    identity,
    identify: (signal) => identifyModel(connection, model, signal),
    dimensions,
    maxBatch,
    async embed(texts, purpose, signal) {
      if (texts.length > maxBatch) {
        throw new RangeError(
          `${model} embeds at most ${maxBatch} texts a call, got ${texts.length}: split the batch`,
        );
      }
      return texts.length === 0 ? [] : embedAll(texts, embeddingPrefix(model, purpose), signal);
    },
  };
}

/** "the input length exceeds the context length", in the words of several versions. */
const isTooLong = (error: unknown) =>
  error instanceof Error && /(?:exceed|larger|too (?:long|large)).*(?:context|batch)/i.test(error.message);
