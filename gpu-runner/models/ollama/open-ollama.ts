import { ConfigError, mostDimensions, type OllamaSettings } from '#platform/config';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import type { EmbeddingModel, TextModel } from '../model.ts';
import { connectOllama, type OllamaConnection } from './connection.ts';
import { createOllamaEmbedder } from './embedder.ts';
import { modelName } from './model-name.ts';
import { modelShape } from './model-shape.ts';
import { createOllamaWriter } from './writer.ts';

/** The models that a server of Ollama's gives Casefold. */
export type OllamaModels = {
  readonly connection: OllamaConnection;
  readonly embedder: EmbeddingModel;
  readonly writer: TextModel;
};

/** Lengths of the vectors of models that are often used, so that Casefold starts while the server is away. */
const knownDimensions: Readonly<Record<string, number>> = {
  'nomic-embed-text': 768,
  'mxbai-embed-large': 1024,
  'bge-m3': 1024,
  'all-minilm': 384,
  embeddinggemma: 768,
};

/**
 * The models of the settings. The server may be away: whatever is asked of them then waits.
 *
 * @throws {ConfigError} if nobody can tell how long the vectors are, or they are longer than can be kept
 */
export async function openOllama(settings: OllamaSettings): Promise<OllamaModels> {
  const { url, textModel, embedModel, timeoutMs } = settings;
  const connection = connectOllama(url, { wholeMs: timeoutMs });
  const dimensions = await dimensionsOf(connection, settings);
  if (dimensions > mostDimensions) {
    throw new ConfigError(
      `${embedModel} makes vectors of ${dimensions} numbers; ${mostDimensions} is the most that can be kept with an index. Set OLLAMA_EMBED_MODEL to another.`,
    );
  }
  return {
    connection,
    embedder: createOllamaEmbedder(connection, { model: embedModel, dimensions }),
    writer: createOllamaWriter(connection, textModel),
  };
}

async function dimensionsOf(
  connection: OllamaConnection,
  { embedModel, embedDimensions }: OllamaSettings,
): Promise<number> {
  const known = embedDimensions ?? knownDimensions[modelName(embedModel).name];
  if (known !== undefined) return known;
  try {
    const { embeddingLength } = await modelShape(connection, embedModel);
    if (embeddingLength !== undefined) return embeddingLength;
  } catch (error) {
    if (!(error instanceof ServiceUnavailableError)) throw error;
    throw new ConfigError(
      `How long the vectors of ${embedModel} are has to be known at the start, and cannot be asked: ${error.message} Or set OLLAMA_EMBED_DIMENSIONS.`,
    );
  }
  throw new ConfigError(
    `Ollama does not say how long the vectors of ${embedModel} are. Set OLLAMA_EMBED_DIMENSIONS.`,
  );
}
