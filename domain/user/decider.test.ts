import { expect, test } from 'vitest';
import { fold } from '../decider.ts';
import { specificationOf } from '../decider-specification.ts';
import { userDecider } from './decider.ts';
import type { Preferences, Tier, UserEvent } from './events.ts';

const { given } = specificationOf(userDecider);
const registered: UserEvent = { type: 'UserRegistered', data: { userId: 'ada', name: 'Ada' } };
const changed = (tier: Tier): UserEvent => ({ type: 'TierChanged', data: { userId: 'ada', tier } });
const change = (tier: Tier) => ({ type: 'ChangeTier', userId: 'ada', tier }) as const;

test('a person is registered once', () => {
  const register = { type: 'RegisterUser', userId: 'ada', name: 'Ada' } as const;
  expect(given().when(register)).toEqual([registered]);
  expect(given(registered).when(register)).toEqual([]);
});

test('a tier is changed, and once only', () => {
  expect(given(registered).when(change('pro'))).toEqual([changed('pro')]);
  expect(given(registered).whenRepeated(change('pro'))).toEqual([]);
  expect(given(registered, changed('pro')).when(change('free'))).toEqual([changed('free')]);
  expect(fold(userDecider, [registered, changed('pro'), changed('free')]).tier).toBe('free');
});

test('a tier that somebody has chosen stays what it is where only a default is set', () => {
  const byDefault = { ...change('pro'), unlessChosen: true } as const;
  expect(given(registered).when(byDefault)).toEqual([changed('pro')]);
  expect(given(registered, changed('free')).when(byDefault)).toEqual([]);
});

test('nobody unknown gets a tier', () => {
  expect(() => given().when(change('pro'))).toThrow('There is nobody called ada here.');
});

test('preferences are what was said last, and saying the same again changes nothing', () => {
  const preferences: Preferences = { channels: ['email'], email: 'ada@example.org', leastUrgency: 'normal' };
  const command = { type: 'ChangePreferences', userId: 'ada', preferences } as const;
  const said: UserEvent = { type: 'PreferencesChanged', data: { userId: 'ada', preferences } };
  expect(given(registered).when(command)).toEqual([said]);
  expect(given(registered).whenRepeated(command)).toEqual([]);
  expect(fold(userDecider, [registered]).preferences.channels).toEqual(['toast']);
  expect(fold(userDecider, [registered, said]).preferences).toEqual(preferences);
});
