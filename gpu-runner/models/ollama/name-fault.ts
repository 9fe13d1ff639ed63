import { ServiceUnavailableError } from '#platform/service-unavailable';
import { ModelCrashError, ModelTimeoutError } from '../../inference/model-errors.ts';
import { BrokenLineError, SilenceError } from './checked-fetch.ts';

/** What was asked, for the words of an error. */
export type Asked = {
  /** Where it was asked, without any password. */
  readonly url: string;
  readonly model?: string;
  /** True if the server has the model in memory; undefined if that is not known. */
  readonly isLoaded?: boolean;
};

/** The server takes no more requests for now. */
export const isBusy = (error: unknown): boolean => [429, 503].includes(statusOf(error) ?? 0);

/** The HTTP status of an error of the client; undefined if it is another kind of error. */
function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'status_code' in error && typeof error.status_code === 'number'
    ? error.status_code
    : undefined;
}

/**
 * What went wrong with a call of the Ollama client, in words that say how to mend it.
 *
 * @returns a {@link ServiceUnavailableError} where asking again later will do, with the same text: the server is away, has
 *   not got the model, is busy, or is still loading; a {@link ModelTimeoutError} or {@link ModelCrashError} where the text
 *   may be the reason; any other error for a request that will never do
 */
export function nameFault(error: unknown, asked: Asked): Error {
  const { url, model = 'the model' } = asked;
  const options = { cause: error };
  const status = statusOf(error);
  if (status !== undefined) return ofStatus(status, messageOf(error), asked, options);
  if (error instanceof SilenceError) return ofSilence(error, asked, options);
  if (error instanceof BrokenLineError || /did not receive done/i.test(messageOf(error))) {
    const what = error instanceof BrokenLineError ? error.message : 'the answer broke off before it was done';
    return new ModelCrashError(
      `${model} at ${url}: ${what}. Nothing of it is used; look for what stands between Casefold and Ollama, such as a proxy with a time limit.`,
      options,
    );
  }
  if (error instanceof TypeError) {
    const why = codeOf(error) ?? messageOf(error.cause ?? error);
    return new ServiceUnavailableError(
      `Ollama at ${url} cannot be reached (${why}). Start it with "ollama serve", or set OLLAMA_URL right; until then the work waits.`,
      options,
    );
  }
  // A plain error comes out of a stream, in the server's own words.
  return new ModelCrashError(`${model} at ${url} broke off: ${messageOf(error)}`, options);
}

function ofStatus(status: number, message: string, { url, model }: Asked, options: ErrorOptions): Error {
  const named = model ?? 'the model';
  if (status === 404 && model !== undefined && /not found/i.test(message)) {
    return new ServiceUnavailableError(
      `Ollama at ${url} has no model ${model}. Run "casefold models pull ${model}"; until then the work waits.`,
      options,
    );
  }
  if (status === 429 || status === 503) {
    return new ServiceUnavailableError(
      `Ollama at ${url} is busy: its queue is full. The work waits and is asked again; raise OLLAMA_MAX_QUEUE or OLLAMA_NUM_PARALLEL there.`,
      options,
    );
  }
  if (status === 401 || status === 403) {
    return new ServiceUnavailableError(
      `Ollama at ${url} wants to know who asks (${status}). Put name and password into OLLAMA_URL (http://name:password@host).`,
      options,
    );
  }
  if (status === 502 || status === 504) {
    return new ServiceUnavailableError(
      `What stands before Ollama at ${url} cannot reach it (${status}: ${message}). Look whether Ollama runs there.`,
      options,
    );
  }
  if (status === 404) {
    return new ServiceUnavailableError(
      `There is no Ollama at ${url} (404: ${message}). Set OLLAMA_URL to its address, without a path.`,
      options,
    );
  }
  if (status >= 500) return new ModelCrashError(`${named} at ${url} failed: ${message}`, options);
  return new Error(`Ollama at ${url} does not do that with ${named}: ${message}`, options);
}

function ofSilence(
  { isFromTheStart, message }: SilenceError,
  { url, model = 'the model', isLoaded }: Asked,
  options: ErrorOptions,
): Error {
  return isFromTheStart && isLoaded === false
    ? new ServiceUnavailableError(
        `${model} at ${url} is not in memory yet (${message}). The work waits; "ollama ps" there shows what is loaded, and a smaller model loads sooner.`,
        options,
      )
    : new ModelTimeoutError(
        `${model} at ${url} gave ${message}. Retry when the machine is less busy, or use a smaller model.`,
        options,
      );
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** The system's or the connection's own code, from as deep as it lies. */
function codeOf(error: unknown): string | undefined {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return undefined;
}
