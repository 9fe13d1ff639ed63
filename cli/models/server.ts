import { connectOllama, type OllamaConnection } from '#gpu-runner/models/ollama/connection';
import { type OllamaSettings, readConfig } from '#platform/config';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { UnreachableError, UsageError } from '../exit-codes.ts';

/** Fetching a model may take hours, and checking what was fetched is silent for minutes. */
const limits = { wholeMs: 24 * 3600_000, silenceMs: 15 * 60_000 };

/**
 * The server that is set up.
 *
 * @throws {UsageError} if none is
 * @throws {ConfigError} if a setting is wrong
 */
export function modelServer(): { settings: OllamaSettings; connection: OllamaConnection } {
  const { ollama: settings } = readConfig();
  if (!settings) {
    throw new UsageError(
      'OLLAMA_URL is not set: the built-in models do all there is to do ("casefold models list" names them). To use Ollama: OLLAMA_URL=http://127.0.0.1:11434',
    );
  }
  return { settings, connection: connectOllama(settings.url, limits) };
}

/**
 * The version of the server.
 *
 * @throws {UnreachableError} if it does not answer
 */
export async function versionOf(connection: OllamaConnection): Promise<string> {
  try {
    return (await connection.ask((client) => client.version())).version;
  } catch (error) {
    if (error instanceof ServiceUnavailableError) throw new UnreachableError(error.message);
    throw error;
  }
}
