import {
  type FindPassagesRequest,
  findPassagesAnswerSchema,
  findPassagesSubject,
} from '#domain/question/retrieval';
import type { Bus } from '#platform/ports';
import { currentTrace } from '#platform/telemetry';
import { passageOfDocument, type SourcePassage } from './source-passage.ts';

/** Longer than the search waits for the newest documents, so that its own reason gets here first. */
const searchTimeoutMs = 60_000;

/** The passages of a case that a search for the words finds, the best first. */
export async function findPassages(
  bus: Bus,
  request: Omit<FindPassagesRequest, 'traceparent'>,
  signal: AbortSignal,
): Promise<SourcePassage[]> {
  const asked: FindPassagesRequest = { ...request, ...currentTrace() };
  const answer = await bus.request(findPassagesSubject, asked, { timeoutMs: searchTimeoutMs, signal });
  return findPassagesAnswerSchema.parse(answer).passages.map(passageOfDocument);
}
