import { expect, test } from 'vitest';
import { initialState, type ProjectionState } from '#domain/projection/state';
import type { ReadModel } from '../read-model.ts';
import { keptBy } from './kept-by.ts';
import type { ReadModelStore } from './read-model-store.ts';

const madeBy = (model: string): ReadModel => {
  const { name, version, types, fold } = { name: 'vectors', version: 1, types: [], fold: () => {} };
  const by = { model, choices: ['new', 'old', 'small'], by: madeBy };
  return { name, version, types, fold, madeBy: by, sink: 'cache', parts: [] };
};
const made = (state: Partial<ProjectionState>, generation: { generation: number; madeBy?: string }) =>
  keptBy(
    madeBy('new'),
    () => ({}) as ReadModelStore,
    () => ({ ...initialState, ...state }),
  ).ofGeneration(generation).model.madeBy?.model;

test('a generation keeps to the model that made it when another becomes the choice', () => {
  expect(made({}, { generation: 1, madeBy: 'old' })).toBe('old');
  expect(made({}, { generation: 1 })).toBe('new');
  expect(made({ modelOf: new Map([[2, 'small']]) }, { generation: 2, madeBy: 'old' })).toBe('small');
});
