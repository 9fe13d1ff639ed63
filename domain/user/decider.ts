import { type Decider, RuleViolation } from '../decider.ts';
import type { Preferences, Tier, UserEvent } from './events.ts';
import { initialPreferences } from './preferences.ts';
import { initialTier, nextTier } from './tier.ts';

export type RegisterUser = { readonly type: 'RegisterUser'; readonly userId: string; readonly name: string };

/** `unlessChosen`: only where nobody has ever said which tier it should be. */
export type ChangeTier = {
  readonly type: 'ChangeTier';
  readonly userId: string;
  readonly tier: Tier;
  readonly unlessChosen?: true;
};

export type ChangePreferences = {
  readonly type: 'ChangePreferences';
  readonly userId: string;
  readonly preferences: Preferences;
};

export type UserCommand = RegisterUser | ChangeTier | ChangePreferences;

export type UserState = {
  readonly registered: boolean;
  readonly tier: Tier;
  /** Somebody has said which tier it should be. */
  readonly tierChosen: boolean;
  /** How the person wants to hear of things. */
  readonly preferences: Preferences;
};

export const userStream = (userId: string) => `user-${userId}`;

export const userDecider: Decider<UserState, UserCommand, UserEvent> = {
  initialState: { registered: false, tier: initialTier, tierChosen: false, preferences: initialPreferences },
  evolve(state, event) {
    switch (event.type) {
      case 'UserRegistered':
        return { ...state, registered: true };
      case 'TierChanged':
        return { ...state, tier: nextTier(state.tier, event.data.tier), tierChosen: true };
      case 'PreferencesChanged':
        return { ...state, preferences: event.data.preferences };
    }
  },
  decide(command, state) {
    switch (command.type) {
      case 'RegisterUser': {
        const { userId, name } = command;
        return state.registered ? [] : [{ type: 'UserRegistered', data: { userId, name } }];
      }
      case 'ChangeTier':
        return decideTier(command, state);
      case 'ChangePreferences': {
        const { userId, preferences } = command;
        const same = JSON.stringify(preferences) === JSON.stringify(state.preferences);
        return same ? [] : [{ type: 'PreferencesChanged', data: { userId, preferences } }];
      }
    }
  },
};

function decideTier({ userId, tier, unlessChosen }: ChangeTier, state: UserState): readonly UserEvent[] {
  if (!state.registered)
    throw new RuleViolation('not-found', 'user-unknown', `There is nobody called ${userId} here.`);
  if (state.tierChosen && (unlessChosen || state.tier === tier)) return [];
  return [{ type: 'TierChanged', data: { userId, tier } }];
}
