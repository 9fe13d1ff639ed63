import { type Problem, problemSchema } from '#read-api/contract';

/** What the API refused, as its problem document (RFC 9457) said it. */
export class ProblemError extends Error {
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly instance: string | undefined;

  constructor(problem: Pick<Problem, 'title' | 'status' | 'detail' | 'instance' | 'errors'>) {
    super(problem.detail ?? problem.title);
    this.name = 'ProblemError';
    this.status = problem.status;
    this.title = problem.title;
    this.instance = problem.instance;
    // The detail says them too, after the names that fields have in the API: a person reads the messages alone.
    this.detail = problem.errors?.map(({ message }) => message).join(' ') || problem.detail;
  }
}

/** The problem in the body of a refused request; a body that is no problem document is told by its status. */
export function problemFrom(status: number, body: string): ProblemError {
  try {
    const parsed = problemSchema.safeParse(JSON.parse(body));
    if (parsed.success) return new ProblemError(parsed.data);
  } catch {
    // Not JSON: a proxy's page, or nothing at all.
  }
  return new ProblemError({ title: `The request failed (HTTP ${status}).`, status });
}

/** No answer at all: the server is away, or the network is. */
export function unreachable(): ProblemError {
  return new ProblemError({
    title: 'Casefold does not answer',
    status: 503,
    detail:
      'The server may be starting, or it was stopped. Check the terminal where it runs, then try again.',
  });
}

/** An error in the words of the error page and of toasts. */
export function describeError(error: unknown): { status: number; message: string; detail?: string } {
  if (error instanceof ProblemError) {
    const { status, title, detail } = error;
    return { status, message: title, ...(detail && { detail }) };
  }
  return { status: 500, message: 'Something went wrong on this page', detail: 'Load the page again.' };
}
