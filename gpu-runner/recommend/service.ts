import neo4j, { type Driver } from 'neo4j-driver';
import { z } from 'zod';
import {
  type AudienceAnswer,
  audienceRequestSchema,
  audienceSubject,
  type RecommendAnswer,
  recommendRequestSchema,
  recommendSubject,
} from '#domain/recommendation/inference';
import type { Bus } from '#platform/ports';
import type { PositionWaiter } from '#platform/position-waiter';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { noTracer, parseTraceparent, type Tracer } from '#platform/telemetry';
import { readGraph } from './graph-queries.ts';
import { recommenderIdentity } from './identity.ts';
import { loadPerson } from './load-knowledge.ts';
import { recommend, recommendationWeights } from './recommend.ts';

export type RecommendPorts = {
  readonly bus: Bus;
  readonly graph: Driver;
  readonly positions: PositionWaiter;
  readonly tracer?: Tracer;
};

/** How long a request waits for the graph to have come as far as what it is about. */
const graphTimeoutMs = 60_000;

/**
 * Answers who there is to recommend to, and what. Several runners compete for the requests.
 *
 * @returns ends the service; resolves when what was taken is answered
 */
export async function serveRecommendations(ports: RecommendPorts): Promise<() => Promise<void>> {
  const stopping = Promise.withResolvers<never>();
  stopping.promise.catch(() => {});
  const respond = (subject: string, answer: (data: unknown) => Promise<unknown>) =>
    ports.bus.respond(subject, { queue: 'gpu-runner', concurrency: 2 }, (data) =>
      Promise.race([traced(ports, subject, data, () => answer(data)), stopping.promise]),
    );
  const stops = await Promise.all([
    respond(recommendSubject, (data) => recommendTo(ports, data)),
    respond(audienceSubject, (data) => audienceOf(ports, data)),
  ]);
  return async () => {
    stopping.reject(new ServiceUnavailableError('The runner is being stopped.'));
    await Promise.all(stops.map((stop) => stop()));
  };
}

const tracedSchema = z.object({ traceparent: z.string().optional() });

function traced<Answer>(
  { tracer = noTracer }: RecommendPorts,
  subject: string,
  data: unknown,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const parent = parseTraceparent(tracedSchema.safeParse(data).data?.traceparent);
  if (!parent) return work();
  const attributes = { 'messaging.destination.name': subject, 'messaging.operation.type': 'process' };
  return tracer.span(`infer ${subject}`, { parent, kind: 'server', attributes }, work);
}

async function recommendTo(ports: RecommendPorts, data: unknown): Promise<RecommendAnswer> {
  const { userId, caseId, position, excluded, limit } = recommendRequestSchema.parse(data);
  await graphAt(ports, position);
  const { interests, seen, knowledge } = await passing(loadPerson(ports.graph, userId, caseId));
  const found = recommend({
    userId,
    interests,
    excluded: new Set([...seen, ...excluded]),
    knowledge,
    limit,
  });
  return {
    model: recommenderIdentity,
    parameters: { ...recommendationWeights, limit, interests: interests.length, documents: knowledge.total },
    recommendations: found.map(({ reasons, ...each }) => ({ ...each, caseId, reasons: [...reasons] })),
  };
}

const seenAnything = (edge: 'LIKED' | 'VIEWED', within: string) =>
  `MATCH (u:User)-[:${edge}]->(d:Document) ${within} RETURN DISTINCT u.userId AS userId, d.caseId AS caseId`;
const personRow = z.object({ userId: z.string(), caseId: z.string() });

async function audienceOf(ports: RecommendPorts, data: unknown): Promise<AudienceAnswer> {
  const { caseId, position } = audienceRequestSchema.parse(data);
  await graphAt(ports, position);
  return passing(
    readGraph(ports.graph, async ({ ask, id }) => {
      const within = `WHERE ${caseId === undefined ? '' : 'd.caseId = $caseId AND '}u.id STARTS WITH $generation`;
      const parameters = { generation: id(''), ...(caseId !== undefined && { caseId }) };
      const people = new Map<string, z.infer<typeof personRow>>();
      for (const edge of ['VIEWED', 'LIKED'] as const)
        for (const person of await ask(seenAnything(edge, within), parameters, personRow))
          people.set(`${person.caseId} ${person.userId}`, person);
      return { audience: [...people].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, person]) => person) };
    }),
  );
}

/** @throws {ServiceUnavailableError} while the graph is behind */
async function graphAt({ positions }: RecommendPorts, position: string): Promise<void> {
  if (await positions.waitFor(['case-graph'], BigInt(position), graphTimeoutMs)) return;
  throw new ServiceUnavailableError('The graph has not come as far as this yet.');
}

/** A graph that is away must look like that to whoever asked, and not like a fault of theirs. */
async function passing<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Error && neo4j.isRetryableError(error))) throw error;
    throw new ServiceUnavailableError('The graph is away.', { cause: error });
  }
}
