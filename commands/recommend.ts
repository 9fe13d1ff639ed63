import type { RecordRecommendations } from '#domain/recommendation/commands';
import { recommendationDecider, recommendationStream } from '#domain/recommendation/decider';
import {
  type AudienceRequest,
  audienceAnswerSchema,
  audienceSubject,
  type RecommendRequest,
  recommendAnswerSchema,
  recommendSubject,
} from '#domain/recommendation/inference';
import type { EventStore } from '#platform/event-store';
import { type CommandContext, foldStream, handleCommand } from '#platform/handle-command';
import type { Bus } from '#platform/ports';
import { currentTrace } from '#platform/telemetry';

export type RecommendPorts = { readonly store: EventStore; readonly bus: Bus };

/** Documents on a list: as many as somebody looks through. */
const listLength = 10;
const timeoutMs = 2 * 60_000;

/** People who have seen something of a case, or of any, by place in the log. */
export async function audienceOf(
  { bus }: RecommendPorts,
  position: bigint,
  caseId: string | undefined,
  signal: AbortSignal,
) {
  const request: AudienceRequest = {
    position: String(position),
    ...(caseId !== undefined && { caseId }),
    ...currentTrace(),
  };
  return audienceAnswerSchema.parse(await bus.request(audienceSubject, request, { timeoutMs, signal }))
    .audience;
}

/** Has a person's list for a case worked out anew, and records it if it says anything new. */
export async function recommendTo(
  { store, bus }: RecommendPorts,
  { userId, caseId }: { readonly userId: string; readonly caseId: string },
  position: bigint,
  context: Omit<CommandContext, 'actor' | 'caseId'>,
  signal: AbortSignal,
): Promise<void> {
  const stream = recommendationStream(userId, caseId);
  const { settled } = await foldStream(store, recommendationDecider, stream);
  const request: RecommendRequest = {
    userId,
    caseId,
    position: String(position),
    excluded: [...settled],
    limit: listLength,
    ...currentTrace(),
  };
  const answer = await bus.request(recommendSubject, request, { timeoutMs, signal });
  const { model, parameters, recommendations } = recommendAnswerSchema.parse(answer);
  const command: RecordRecommendations = {
    type: 'RecordRecommendations',
    userId,
    caseId,
    recommendations,
    upTo: String(position),
    provenance: { model, parameters, inputs: [] },
  };
  const actor = { kind: 'model', id: model.name } as const;
  await handleCommand(store, recommendationDecider, stream, command, { ...context, actor, caseId });
}
