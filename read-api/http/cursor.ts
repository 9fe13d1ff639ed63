import { z } from 'zod';
import { isStorable } from '#domain/plain-text';
import { invalidInput } from '#platform/http/problem';
import { parsedJson } from '#platform/parsed-json';

/** Turns the place where a page ended into text that means nothing to a client. */
export const encodeCursor = (place: readonly string[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/**
 * The place a cursor stands for.
 *
 * @throws {Problem} 422, if it was not made for the same order of the same list
 */
export function decodeCursor<Place extends z.ZodType<readonly string[]>>(
  cursor: string | undefined,
  schema: Place,
): z.output<Place> | undefined {
  if (cursor === undefined) return undefined;
  const parsed = schema.safeParse(parsedJson(Buffer.from(cursor, 'base64url').toString()));
  // What no row can hold, the store refuses even to compare with.
  if (parsed.success && parsed.data.every(isStorable)) return parsed.data;
  throw invalidInput(
    new z.ZodError([
      {
        code: 'custom',
        path: ['cursor'],
        message: 'is not one that this list gave in this order; begin again without it',
        input: cursor,
      },
    ]),
  );
}

/** A page as it is answered: the place it ended at is a cursor. */
export function withCursor<Page extends { readonly next?: readonly string[] }>({
  next,
  ...page
}: Page): Omit<Page, 'next'> & { next?: string } {
  return { ...page, ...(next && { next: encodeCursor(next) }) };
}
