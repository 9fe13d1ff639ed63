import { setup, transition } from 'xstate';
import type { Tier } from './events.ts';

/** Of a person whom nobody has given another. */
export const initialTier: Tier = 'free';

type TierEvent = { readonly type: 'TierChanged'; readonly tier: Tier };

const change = {
  TierChanged: [
    { guard: 'toPro', target: 'pro' },
    { guard: 'toFree', target: 'free' },
  ],
} as const;

/** A person's tier: a state that only an event of the log moves. */
export const tierMachine = setup({
  types: { events: {} as TierEvent },
  guards: {
    toPro: ({ event }) => event.tier === 'pro',
    toFree: ({ event }) => event.tier === 'free',
  },
}).createMachine({ id: 'tier', initial: initialTier, states: { free: { on: change }, pro: { on: change } } });

/** The tier after a change of it, from the machine's pure transition. */
export function nextTier(tier: Tier, changedTo: Tier): Tier {
  const snapshot = tierMachine.resolveState({ value: tier });
  return transition(tierMachine, snapshot, { type: 'TierChanged', tier: changedTo })[0].value;
}
