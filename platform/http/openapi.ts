import { z } from '@hono/zod-openapi';
import { plainLines, plainText } from '#domain/plain-text';
import { invalidInput } from './problem.ts';
import { problemSchema } from './problem-details.ts';

/** A JSON answer of a route, for its OpenAPI description. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A required JSON body. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true as const, content: { 'application/json': { schema } } },
});

/** An answer that is a problem document (RFC 9457). */
export const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

export const idSchema = plainText.min(1).max(100);
export const filterSchema = plainText.max(300).optional();
export const cursorSchema = z.string().max(2000).optional();
export const queryTextSchema = plainLines.min(1, 'Say what to search for.').max(1000);
export const limitSchema = (byDefault: number, maximum: number) =>
  z.coerce.number().int().min(1).max(maximum).default(byDefault);

/** What every list that comes in pages takes. */
export const pageQuery = (limitByDefault: number, maximum: number) => ({
  limit: limitSchema(limitByDefault, maximum),
  cursor: cursorSchema,
});

/** Input that is not what its schema says becomes a problem document naming the fields. */
export function refuseInvalid(result: { success: true } | { success: false; error: z.ZodError }): void {
  if (!result.success) throw invalidInput(result.error);
}
