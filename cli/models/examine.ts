import { builtInModels } from '#gpu-runner/models/builtin/built-in-models';
import { connectOllama } from '#gpu-runner/models/ollama/connection';
import { identifyModel } from '#gpu-runner/models/ollama/identify';
import type { Config } from '#platform/config';

/**
 * Who does the models' work: the server and its two models, or the built-in ones by their names.
 *
 * @throws {ServiceUnavailableError} while the server is away, or has not got one of them
 */
export async function examineModels({
  ollama,
}: Config): Promise<{ engine: string; version: string; detail: string }> {
  if (!ollama) {
    const names = builtInModels().map(({ identity }) => `${identity.name}@${identity.version}`);
    return { engine: 'built-in models', version: '', detail: names.join(', ') };
  }
  const connection = connectOllama(ollama.url);
  const { version } = await connection.ask((client) => client.version());
  const named = async (model: string) => {
    const { name, version: tag, digest } = await identifyModel(connection, model);
    return `${name}:${tag} (${digest.slice(0, 12)})`;
  };
  const [writes, embeds] = [await named(ollama.textModel), await named(ollama.embedModel)];
  return { engine: 'Ollama', version, detail: `writes: ${writes}, embeds: ${embeds}` };
}
