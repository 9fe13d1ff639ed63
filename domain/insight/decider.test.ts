import { expect, test } from 'vitest';
import { specificationOf } from '../decider-specification.ts';
import { type InsightCommand, insightDecider } from './decider.ts';
import type { InsightEvent } from './events.ts';

const { given } = specificationOf(insightDecider);

const window = { from: '2026-01-01T10:00:00.000Z', to: '2026-01-01T10:10:00.000Z', entries: 12 };
const later = { ...window, to: '2026-01-01T10:20:00.000Z' };
const analysis = {
  userId: 'ada',
  insightId: 'i',
  caseId: 'c',
  window,
  intent: 'Reads leases.',
  state: 'focused' as const,
  nextBestActions: [],
  provenance: {
    model: { name: 'm', version: '1', digest: 'd', kind: 'built-in' as const },
    parameters: {},
    inputs: [],
  },
};
const record = (since?: string, data = analysis): InsightCommand => ({
  type: 'RecordBehaviourAnalysis',
  since,
  analysis: data,
});
const analysed: InsightEvent = { type: 'BehaviourAnalysed', data: analysis };

test('an analysis is recorded, once', () => {
  expect(given().when(record())).toEqual([analysed]);
  expect(given().whenRepeated(record())).toEqual([]);
});

test('one of a later window follows it', () => {
  const data = { ...analysis, insightId: 'j', window: later };
  expect(given(analysed).when(record(window.to, data))).toEqual([{ type: 'BehaviourAnalysed', data }]);
});

test('of two that began at the same place only the first is recorded', () => {
  expect(given(analysed).when(record(undefined, { ...analysis, window: later }))).toEqual([]);
});

test('a window that ends no later says nothing new', () => {
  expect(given(analysed).when(record(window.to))).toEqual([]);
});

test('each case is looked at by itself', () => {
  const other = { ...analysis, caseId: 'other' };
  expect(given(analysed).when(record(undefined, other))).toHaveLength(1);
});

test('what a model could not say is recorded too, and not asked again', () => {
  const failure = {
    userId: 'ada',
    insightId: 'i',
    caseId: 'c',
    window,
    reason: 'invalid-output',
    message: 'No.',
  };
  const failed = { type: 'BehaviourAnalysisFailed' as const, data: failure };
  expect(given().when({ type: 'RecordAnalysisFailure', since: undefined, failure })).toEqual([failed]);
  expect(given(failed).when(record())).toEqual([]);
});
