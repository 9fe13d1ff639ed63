import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import { RuleViolation } from '#domain/decider';
import { EventStoreUnavailableError } from '#platform/event-store';
import type { Logger } from '#platform/log';
import type { ProblemDetails } from './problem-details.ts';

/** An answer that says what was wrong and how to mend it, for a person. Throw it anywhere in a request. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: ContentfulStatusCode;
  readonly title: string;
  /** Stable name of the kind of problem, in kebab case. */
  readonly kind: string;
  readonly errors: ProblemDetails['errors'];
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: ContentfulStatusCode,
    kind: string,
    title: string,
    extra: { detail?: string; errors?: ProblemDetails['errors']; headers?: Record<string, string> } = {},
  ) {
    super(extra.detail ?? title);
    this.status = status;
    this.kind = kind;
    this.title = title;
    this.errors = extra.errors;
    this.headers = extra.headers ?? {};
  }
}

/** A zod error in the fields' own names. */
export function invalidInput(error: z.ZodError, where = 'The request'): Problem {
  const errors = error.issues.map((issue) => ({
    field: issue.path.join('.') || '(whole)',
    message: inWords(issue),
  }));
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new Problem(422, 'invalid-input', `${where} is not as it should be`, { detail, errors });
}

/** A schema that gives no words of its own leaves it to zod, which speaks to whoever wrote the schema. */
const inWords = (issue: z.core.$ZodIssue): string =>
  issue.code === 'too_big' && issue.origin === 'string' && issue.message.startsWith('Too big')
    ? `At most ${issue.maximum} characters.`
    : issue.message;

const ofRule = { 'not-found': 404, conflict: 409, invalid: 422 } as const;
const titleOfRule = {
  'not-found': 'Not found',
  conflict: 'Not possible now',
  invalid: 'Not allowed',
} as const;

/** Whatever was thrown, as a problem; undefined for what nobody foresaw. */
function known(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof z.ZodError) return invalidInput(error);
  if (error instanceof RuleViolation) {
    return new Problem(ofRule[error.kind], error.rule, titleOfRule[error.kind], { detail: error.message });
  }
  if (error instanceof EventStoreUnavailableError) {
    return new Problem(503, 'log-unavailable', 'The log cannot be reached just now', {
      detail: 'Nothing was lost; try again in a moment.',
      headers: { 'retry-after': '2' },
    });
  }
  if (error instanceof HTTPException) {
    return new Problem(
      error.status as ContentfulStatusCode,
      'http',
      error.message || 'The request was refused',
    );
  }
  return undefined;
}

export function problemResponse(c: Context, problem: Problem): Response {
  const body: ProblemDetails = {
    type: `urn:casefold:problem:${problem.kind}`,
    title: problem.title,
    status: problem.status,
    ...(problem.message !== problem.title && { detail: problem.message }),
    instance: c.req.path,
    ...(problem.errors && { errors: problem.errors }),
  };
  return c.body(JSON.stringify(body), problem.status, {
    ...problem.headers,
    'content-type': 'application/problem+json',
  });
}

/** The `onError` of every app: known problems as they are, anything else logged and answered without its inside. */
export const problems =
  (log: Logger): ErrorHandler =>
  (error, c) => {
    const problem = known(error);
    if (problem) return problemResponse(c, problem);
    log.error({ err: error, method: c.req.method, path: c.req.path }, 'a request failed');
    return problemResponse(
      c,
      new Problem(500, 'internal', 'Something went wrong on our side', {
        detail: 'It was logged. Try again; if it stays, look at the log of this Casefold at this time.',
      }),
    );
  };

export const notFound: NotFoundHandler = (c) =>
  problemResponse(c, new Problem(404, 'no-route', `There is nothing at ${c.req.method} ${c.req.path}`));
