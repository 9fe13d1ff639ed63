import { expect, test } from 'vitest';
import { tierSchema } from '../user/events.ts';
import { initialTier, nextTier } from '../user/tier.ts';
import { placeOf, type Work, works } from './delegation.ts';

const needPro: readonly Work[] = ['AnalyseGraph', 'ResearchDeeply'];

test('a tier is what it was changed to last', () => {
  expect(nextTier(initialTier, 'pro')).toBe('pro');
  expect(nextTier('pro', 'pro')).toBe('pro');
  expect(nextTier('pro', 'free')).toBe('free');
});

test('every work has a place in every tier; only graph analysis and deep research need pro', () => {
  for (const tier of tierSchema.options) {
    const refused = works.filter((work) => placeOf(work, tier) === 'needsPro');
    expect(refused).toEqual(tier === 'pro' ? [] : needPro);
  }
});

test('text is extracted by CPU workers, whatever asks a model goes to the queue of models', () => {
  expect(works.filter((work) => placeOf(work, 'pro') === 'cpuWorkers')).toEqual(['ExtractText']);
});
