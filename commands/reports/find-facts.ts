import {
  type JourneyFacts,
  type JourneyFactsRequest,
  journeyFactsSchema,
  journeyFactsSubject,
} from '#domain/report/facts';
import type { Bus } from '#platform/ports';
import { currentTrace } from '#platform/telemetry';

/** Longer than whoever gathers them waits for the read models, so that its own reason gets here first. */
const factsTimeoutMs = 90_000;

/**
 * What is to be told of a case up to a position, each with the events and passages that show it.
 *
 * @throws as `Bus.request` does
 */
export async function findFacts(
  bus: Bus,
  request: Omit<JourneyFactsRequest, 'traceparent'>,
  signal: AbortSignal,
): Promise<JourneyFacts> {
  const asked: JourneyFactsRequest = { ...request, ...currentTrace() };
  const answer = await bus.request(journeyFactsSubject, asked, { timeoutMs: factsTimeoutMs, signal });
  return journeyFactsSchema.parse(answer);
}
