import type { Decider } from '../decider.ts';
import type { UserEvent } from './events.ts';

export type RegisterUser = { readonly type: 'RegisterUser'; readonly userId: string; readonly name: string };

export const userStream = (userId: string) => `user-${userId}`;

export const userDecider: Decider<{ registered: boolean }, RegisterUser, UserEvent> = {
  initialState: { registered: false },
  evolve: (state, { type }) => (type === 'UserRegistered' ? { registered: true } : state),
  decide: ({ userId, name }, { registered }) =>
    registered ? [] : [{ type: 'UserRegistered', data: { userId, name } }],
};
