import type { z } from 'zod';
import { position } from './position.ts';
import { ProblemError, problemFrom, unreachable } from './problem.ts';

export type Fetch = typeof globalThis.fetch;

/** How often a read that the projections have not caught up with is asked. */
const attempts = 5;

/**
 * Reads from the API, waiting for the projections to reach the own writes.
 *
 * @throws {ProblemError} when refused or unreachable
 */
export async function read(fetch: Fetch, path: string): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    // The last time without the position: what there is, though older, is more use than an error.
    const headers = attempt < attempts ? position.header() : {};
    const response = await reach(fetch, path, { headers });
    if (response.ok) return response;
    if (response.status !== 503 || attempt === attempts) {
      throw problemFrom(response.status, await response.text());
    }
    const seconds = Number(response.headers.get('retry-after')) || 1;
    await new Promise((resolve) => setTimeout(resolve, Math.min(seconds, 5) * 1000));
  }
}

/** Reads JSON of the given shape. */
export async function readJson<Schema extends z.ZodType>(
  fetch: Fetch,
  path: string,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const response = await read(fetch, path);
  return parse(path, schema, await response.json());
}

/** Sends a write; its answer's position is kept for the reads that follow. */
export async function write<Schema extends z.ZodType>(
  fetch: Fetch,
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  schema: Schema,
  body?: unknown,
): Promise<z.infer<Schema>> {
  const answer = await send(fetch, method, path, schema, body);
  notePosition(answer);
  return answer;
}

/** Sends a write that no read model shows: the reads that follow need not wait for it. */
export async function send<Schema extends z.ZodType>(
  fetch: Fetch,
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  schema: Schema,
  body?: unknown,
): Promise<z.infer<Schema>> {
  const response = await reach(fetch, path, {
    method,
    // What a person did counts, also when they close the page at once.
    keepalive: true,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  const text = await response.text();
  if (!response.ok) throw problemFrom(response.status, text);
  return parse(path, schema, text ? JSON.parse(text) : {});
}

/** Takes over the position of a write's answer. */
export function notePosition(answer: unknown): void {
  if (typeof answer !== 'object' || answer === null || !('position' in answer)) return;
  if (typeof answer.position === 'string') position.reach(answer.position);
}

async function reach(fetch: Fetch, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    // A navigation that was overtaken by another aborts its fetches: nobody is to be told.
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable();
  }
}

/** @throws {ProblemError} when server and web disagree about a shape, which a reload after an update mends */
export function parse<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  value: unknown,
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  console.error(`Unexpected answer from ${path}`, parsed.error.issues);
  throw new ProblemError({
    title: 'The server answered in a way this page does not know',
    status: 502,
    detail: 'It may have been updated. Load the page again.',
  });
}
