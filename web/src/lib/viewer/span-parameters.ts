import type { ReadonlyURLSearchParams } from '$app/state';
import type { Span } from './ranges.ts';

/** The passage an address asks for with `start` and `end`, offsets into the extracted text. */
export function spanOf(parameters: ReadonlyURLSearchParams): Span | undefined {
  const start = Number(parameters.get('start') ?? Number.NaN);
  const end = Number(parameters.get('end') ?? Number.NaN);
  return Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end > start
    ? { start, end }
    : undefined;
}
