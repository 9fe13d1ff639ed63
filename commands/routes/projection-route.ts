import { createRoute, z } from '@hono/zod-openapi';
import { idSchema, json, jsonBody, problem } from '#platform/http/openapi';
import { writtenSchema } from '../contract.ts';

const params = z.object({ name: idSchema });
export const refusals = { 404: problem('There is no such projection'), 409: problem('Not possible now') };

/** A write about one projection. */
export const route = <Path extends string>(path: Path, summary: string) =>
  createRoute({
    method: 'post',
    path: `/api/projections/{name}/${path}`,
    summary,
    request: { params },
    responses: { 202: json(writtenSchema, 'Decided'), ...refusals },
  });

/** One with a body. */
export const bodyRoute = <Path extends string, Schema extends z.ZodType, Answer extends z.ZodType>(
  path: Path,
  summary: string,
  schema: Schema,
  answer: Answer,
) =>
  createRoute({
    method: 'post',
    path: `/api/projections/{name}/${path}`,
    summary,
    request: { params, ...jsonBody(schema) },
    responses: { 202: json(answer, 'Decided'), ...refusals },
  });
