import type { z } from '@hono/zod-openapi';
import type { Written } from '../contract.ts';

/** A JSON answer of a route, for its OpenAPI description. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A required JSON body. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true as const, content: { 'application/json': { schema } } },
});

/** What every write answers. */
export const writtenAnswer = ({ position }: { position: bigint }): Written => ({
  position: String(position),
});
