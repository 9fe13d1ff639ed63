import { z } from '@hono/zod-openapi';
import { invalidInput } from '#platform/http/problem';
import { problemSchema } from '../contract.ts';

/** A response in JSON. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  content: { 'application/json': { schema } },
  description,
});

/** A response that is a problem document (RFC 9457). */
export const problem = (description: string) => ({
  content: { 'application/problem+json': { schema: problemSchema } },
  description,
});

/** Text of a request that goes into a query: no NUL, which Postgres' text cannot hold. */
const plainText = (maximum: number) =>
  z
    .string()
    .max(maximum)
    .refine((text) => !text.includes('\0'), 'Must not contain the character NUL.');

export const idSchema = plainText(100).min(1);
export const filterSchema = plainText(300).optional();
export const cursorSchema = z.string().max(2000).optional();
export const queryTextSchema = plainText(1000).trim().min(1, 'Say what to search for.');
export const limitSchema = (byDefault: number, maximum: number) =>
  z.coerce.number().int().min(1).max(maximum).default(byDefault);

/** Input that is not what its schema says becomes a problem document naming the fields. */
export function refuseInvalid(result: { success: true } | { success: false; error: z.ZodError }): void {
  if (!result.success) throw invalidInput(result.error);
}
