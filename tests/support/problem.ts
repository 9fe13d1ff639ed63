import { expect } from 'vitest';
import { type ProblemDetails, problemSchema } from '#platform/http/problem-details';

/**
 * Expects an answer to be a problem document (RFC 9457) that tells nothing of the inside.
 *
 * @param kind the end of its `type`
 */
export async function expectProblem(
  response: Response,
  status: number,
  kind: string,
): Promise<ProblemDetails> {
  const body = await response.text();
  expect(`${response.status} ${response.headers.get('content-type')} ${body}`).toMatch(
    new RegExp(`^${status} application/problem\\+json `),
  );
  const problem = problemSchema.parse(JSON.parse(body));
  expect(problem).toMatchObject({ status, type: `urn:casefold:problem:${kind}` });
  expect(body).not.toMatch(/node_modules|\.ts:\d|\\n\s+at |file:\/\//);
  return problem;
}
