import { type Decider, RuleViolation } from '../decider.ts';
import type { RecommendationCommand, RecordRecommendations } from './commands.ts';
import type { Recommendation, RecommendationEvent } from './events.ts';

export type RecommendationState = {
  /** What is recommended now, the best first. */
  readonly recommendations: readonly Recommendation[];
  /** Up to where in the log that was worked out. */
  readonly upTo: bigint;
  /** What was followed or dismissed: it does not come back. */
  readonly settled: ReadonlySet<string>;
};

/** All that was recommended to a person in a case. */
export const recommendationStream = (userId: string, caseId: string) => `recommendation-${userId}+${caseId}`;

const initialState: RecommendationState = { recommendations: [], upTo: -1n, settled: new Set() };

function evolve(state: RecommendationState, event: RecommendationEvent): RecommendationState {
  if (event.type === 'RecommendationsGenerated') {
    const { recommendations, upTo } = event.data;
    return { ...state, recommendations, upTo: BigInt(upTo) };
  }
  const { documentId } = event.data;
  return {
    ...state,
    recommendations: state.recommendations.filter((each) => each.documentId !== documentId),
    settled: new Set(state.settled).add(documentId),
  };
}

function decide(command: RecommendationCommand, state: RecommendationState): readonly RecommendationEvent[] {
  if (command.type === 'RecordRecommendations') return decideList(command, state);
  const { type: _, ...data } = command;
  if (state.settled.has(data.documentId)) return [];
  if (!state.recommendations.some(({ documentId }) => documentId === data.documentId)) {
    throw new RuleViolation(
      'not-found',
      'not-recommended',
      'This document is not recommended to you any more. Load the list again.',
    );
  }
  const type = command.type === 'FollowRecommendation' ? 'RecommendationFollowed' : 'RecommendationDismissed';
  return [{ type, data }];
}

/** A list that says nothing new, or was worked out from less than the one there is, is no news. */
function decideList(
  command: RecordRecommendations,
  state: RecommendationState,
): readonly RecommendationEvent[] {
  const { type: _, recommendations: found, ...about } = command;
  if (BigInt(about.upTo) < state.upTo) return [];
  // Somebody may have followed or dismissed one while the list was worked out.
  const recommendations = found.filter(({ documentId }) => !state.settled.has(documentId));
  if (sayTheSame(recommendations, state.recommendations)) return [];
  return [{ type: 'RecommendationsGenerated', data: { ...about, recommendations } }];
}

/** The same documents in the same order, for the same reasons; scores move a little with every document. */
const sayTheSame = (a: readonly Recommendation[], b: readonly Recommendation[]): boolean =>
  JSON.stringify(a.map(said)) === JSON.stringify(b.map(said));

const said = ({ documentId, fileName, reasons }: Recommendation) => [
  documentId,
  fileName,
  ...reasons.map(({ words }) => words),
];

export const recommendationDecider: Decider<RecommendationState, RecommendationCommand, RecommendationEvent> =
  { initialState, evolve, decide };
