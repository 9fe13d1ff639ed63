import type { Decider } from '../decider.ts';
import type { BehaviourEntry, BehaviourEvent } from './events.ts';

export type RecordBehaviour = {
  readonly type: 'RecordBehaviour';
  readonly userId: string;
  readonly entries: readonly BehaviourEntry[];
};

/** One stream for each person and day keeps streams short. `day` is `YYYY-MM-DD`, UTC. */
export const behaviourStream = (userId: string, day: string) => `behaviour-${userId}+${day}`;

/** Whatever people did is taken as it is: one event for each case, in the order given. */
export const behaviourDecider: Decider<null, RecordBehaviour, BehaviourEvent> = {
  initialState: null,
  evolve: () => null,
  decide: ({ userId, entries }) =>
    [...Map.groupBy(entries, (entry) => entry.caseId)].map(([caseId, ofCase]) => ({
      type: 'BehaviourRecorded',
      data: { userId, ...(caseId && { caseId }), entries: ofCase },
    })),
};
