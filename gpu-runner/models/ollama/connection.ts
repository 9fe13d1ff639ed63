import { Ollama } from 'ollama';
import { retryDelay } from '#platform/retry';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { ModelTimeoutError } from '../../inference/model-errors.ts';
import { ModelOutputError } from '../../tasks/model-output-error.ts';
import { splitAddress } from '../split-address.ts';
import { checkedFetch, SilenceError } from './checked-fetch.ts';
import { taggedName } from './model-name.ts';
import { isBusy, nameFault } from './name-fault.ts';

export type ConnectionLimits = {
  /** Longest time until an answer begins, milliseconds: a cold model is loaded first. */
  readonly firstByteMs: number;
  /** Longest time between two pieces of an answer, milliseconds. */
  readonly silenceMs: number;
  /** Longest time for a whole answer, milliseconds. */
  readonly wholeMs: number;
  /** How often a busy server is asked, before whoever asked is told to come again. */
  readonly busyTries: number;
};

/** As long as Ollama itself lets a model load, less what would let `fetch` give up first. */
const usualLimits: ConnectionLimits = {
  firstByteMs: 290_000,
  silenceMs: 120_000,
  wholeMs: 600_000,
  busyTries: 5,
};

/** A question that needs no model is answered at once, or nobody is there. */
const plainMs = 10_000;

/** A server of Ollama's API, asked through its own client. */
export type OllamaConnection = {
  /** Its address without name and password, for words. */
  readonly url: string;
  /**
   * Asks something that needs no model at work.
   *
   * @throws as `askModel`
   */
  ask<Answer>(question: (client: Ollama) => Promise<Answer>, signal?: AbortSignal): Promise<Answer>;
  /**
   * Has a model do something. A busy server is asked again a few times.
   *
   * @param question is asked again from its beginning
   * @throws {ServiceUnavailableError} while the server or the model is away, loading or busy
   * @throws {ModelTimeoutError} and {ModelCrashError} where the text may be the reason; a {ModelOutputError} of the question's
   * @throws the signal's reason when it is aborted
   */
  askModel<Answer>(
    model: string,
    question: (client: Ollama) => Promise<Answer>,
    signal?: AbortSignal,
  ): Promise<Answer>;
};

/** Nothing is asked until something is. @param address http or https, with name and password where it wants them */
export function connectOllama(address: string, limits: Partial<ConnectionLimits> = {}): OllamaConnection {
  const { firstByteMs, silenceMs, wholeMs, busyTries } = { ...usualLimits, ...limits };
  const { url, headers } = splitAddress(address);

  /** A client for one call: each has limits of its own. */
  const clientWith = (signal: AbortSignal, longestMs: number) =>
    new Ollama({
      host: url,
      headers,
      fetch: checkedFetch({ signal, firstByteMs: Math.min(firstByteMs, longestMs), silenceMs }),
    });

  /** Calls once, within a time. */
  async function call<Answer>(
    question: (client: Ollama) => Promise<Answer>,
    longestMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    signal?.throwIfAborted();
    const ended = new AbortController();
    const timer = setTimeout(
      () =>
        ended.abort(
          new ModelTimeoutError(
            `Ollama at ${url} did not come to an end within ${longestMs / 1000} s and was stopped. Give it less to do, or raise OLLAMA_TIMEOUT_SECONDS.`,
          ),
        ),
      longestMs,
    ).unref();
    try {
      return await question(
        clientWith(signal ? AbortSignal.any([signal, ended.signal]) : ended.signal, longestMs),
      );
    } catch (error) {
      signal?.throwIfAborted();
      throw ended.signal.aborted ? ended.signal.reason : error;
    } finally {
      clearTimeout(timer);
      // Whoever left a stream in the middle wants nothing more of it.
      ended.abort();
    }
  }

  async function ask<Answer>(question: (client: Ollama) => Promise<Answer>, signal?: AbortSignal) {
    try {
      return await call<Answer>(question, plainMs, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ModelTimeoutError || error instanceof SilenceError) {
        throw new ServiceUnavailableError(
          `Ollama at ${url} took the connection and gave no answer within ${plainMs / 1000} s. Look whether it hangs; until then the work waits.`,
          { cause: error },
        );
      }
      throw nameFault(error, { url });
    }
  }

  async function isLoaded(model: string): Promise<boolean | undefined> {
    try {
      const { models } = await ask((client) => client.ps());
      return models.some(({ name }) => name === taggedName(model));
    } catch {
      return undefined;
    }
  }

  return {
    url,
    ask,
    async askModel(model, question, signal) {
      for (let tries = 1; ; tries++) {
        try {
          return await call(question, wholeMs, signal);
        } catch (error) {
          signal?.throwIfAborted();
          if (error instanceof ModelTimeoutError || error instanceof ModelOutputError) throw error;
          if (isBusy(error) && tries < busyTries) {
            await retryDelay(tries, signal);
            continue;
          }
          const loaded = error instanceof SilenceError ? await isLoaded(model) : undefined;
          throw nameFault(error, { url, model, ...(loaded !== undefined && { isLoaded: loaded }) });
        }
      }
    },
  };
}
