import type { ReadonlyURLSearchParams } from '$app/state';
import type { Span } from './ranges.ts';

/** The part of an address that names a passage, empty if it names none: a string, so that a like one is the same. */
export const spanKey = (parameters: ReadonlyURLSearchParams): string =>
  spanOf(parameters) ? `${parameters.get('start')}-${parameters.get('end')}` : '';

/** The passage an address asks for with `start` and `end`, offsets into the extracted text. */
export function spanOf(parameters: ReadonlyURLSearchParams): Span | undefined {
  const start = Number(parameters.get('start') ?? Number.NaN);
  const end = Number(parameters.get('end') ?? Number.NaN);
  return Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end > start
    ? { start, end }
    : undefined;
}

/** An address of a document, opened at a passage of its text if there is one. */
export const withSpan = (path: string, span: Span | undefined): string =>
  span ? `${path}?start=${span.start}&end=${span.end}` : path;
