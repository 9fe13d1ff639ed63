import { expect, test } from 'vitest';
import type { Preferences } from './events.ts';
import { initialPreferences, waysTo } from './preferences.ts';

const at = '2026-01-10T23:00:00.000Z';
const quiet: Preferences = {
  channels: ['toast', 'email'],
  leastUrgency: 'normal',
  quietHours: { from: '22:00', to: '07:00', timeZone: 'UTC' },
};

test('who has said nothing sees everything in the open page, at once', () => {
  expect(waysTo(initialPreferences, 'low', at)).toEqual({ channels: ['toast'] });
});

test('what is not urgent enough is in the inbox alone', () => {
  expect(waysTo(quiet, 'low', at)).toEqual({ channels: [] });
});

test('quiet hours hold back what is not urgent, and nothing else', () => {
  const notBefore = '2026-01-11T07:00:00.000Z';
  expect(waysTo(quiet, 'normal', at)).toEqual({ channels: ['toast', 'email'], notBefore });
  expect(waysTo(quiet, 'high', at)).toEqual({ channels: ['toast', 'email'] });
  expect(waysTo(quiet, 'normal', notBefore)).toEqual({ channels: ['toast', 'email'] });
});
