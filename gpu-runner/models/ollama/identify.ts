import { ServiceUnavailableError } from '#platform/service-unavailable';
import type { ModelIdentity } from '../model.ts';
import type { OllamaConnection } from './connection.ts';
import { modelName, taggedName } from './model-name.ts';

/**
 * Which model it is that answers to a name now: the digest is that of its manifest, which holds the digests of its
 * weights, template and parameters.
 *
 * @throws {ServiceUnavailableError} while the server is away, or has not got it
 */
export async function identifyModel(
  connection: OllamaConnection,
  model: string,
  signal?: AbortSignal,
): Promise<ModelIdentity> {
  const { models } = await connection.ask((client) => client.list(), signal);
  const found = models.find(({ name }) => name === taggedName(model));
  if (!found) throw missing(connection.url, model);
  return { ...modelName(model), digest: found.digest.replace(/^sha256:/, ''), kind: 'ollama' };
}

const missing = (url: string, model: string) =>
  new ServiceUnavailableError(
    `Ollama at ${url} has no model ${model}. Run "casefold models pull ${model}"; until then the work waits.`,
  );
