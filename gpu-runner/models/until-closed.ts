import { ServiceUnavailableError } from '#platform/service-unavailable';
import type { EmbeddingModel } from './model.ts';

/**
 * A model whose work in hand ends when it is closed, as something to ask for again: a server may take minutes, and a
 * process that is to stop does not.
 */
export function untilClosed(model: EmbeddingModel): { model: EmbeddingModel; close(): void } {
  const closing = new AbortController();
  const orClosed = (signal: AbortSignal | undefined) =>
    signal ? AbortSignal.any([closing.signal, signal]) : closing.signal;
  return {
    model: {
      ...model,
      identify: (signal) => model.identify(orClosed(signal)),
      embed: (texts, purpose, signal) => model.embed(texts, purpose, orClosed(signal)),
    },
    close: () => closing.abort(new ServiceUnavailableError('The models are being stopped.')),
  };
}
