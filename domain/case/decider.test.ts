import { describe, expect, test } from 'vitest';
import { RuleViolation } from '../decider.ts';
import { specificationOf } from '../decider-specification.ts';
import { caseDecider } from './decider.ts';
import type { CaseEvent } from './events.ts';

const { given } = specificationOf(caseDecider);
const opened: CaseEvent = { type: 'CaseOpened', data: { caseId: 'c', name: 'Harbour' } };

describe('a case', () => {
  test('is opened once', () => {
    expect(given().when({ type: 'OpenCase', caseId: 'c', name: 'Harbour' })).toEqual([opened]);
    expect(given().whenRepeated({ type: 'OpenCase', caseId: 'c', name: 'Harbour' })).toEqual([]);
  });
  test('cannot be opened again under another name', () => {
    expect(() => given(opened).when({ type: 'OpenCase', caseId: 'c', name: 'Other' })).toThrow(RuleViolation);
  });
  test('is renamed, and only to something new', () => {
    const renamed = { type: 'CaseRenamed', data: { caseId: 'c', name: 'Port' } };
    expect(given(opened).when({ type: 'RenameCase', caseId: 'c', name: 'Port' })).toEqual([renamed]);
    expect(given(opened).whenRepeated({ type: 'RenameCase', caseId: 'c', name: 'Port' })).toEqual([]);
  });
  test('must exist to be renamed', () => {
    expect(() => given().when({ type: 'RenameCase', caseId: 'c', name: 'Port' })).toThrow(/no case c/);
  });
});

describe('entities of a case', () => {
  const merge = (into: string, ...entityIds: string[]) =>
    ({ type: 'MergeEntities', caseId: 'c', into, entityIds }) as const;
  const merged = (into: string, ...entityIds: string[]): CaseEvent => ({
    type: 'EntitiesMerged',
    data: { caseId: 'c', into, entityIds },
  });
  const split = (entityId: string) => ({ type: 'SplitEntity', caseId: 'c', entityId }) as const;

  test('become one, once', () => {
    expect(given(opened).when(merge('a', 'b', 'a', 'b'))).toEqual([merged('a', 'b')]);
    expect(given(opened).whenRepeated(merge('a', 'b'))).toEqual([]);
    expect(given(opened, merged('a', 'b')).when(merge('b', 'a'))).toEqual([]);
    expect(given(opened).when(merge('a', 'a'))).toEqual([]);
  });
  test('bring along what was merged into them, and are shown as one that stands for itself', () => {
    expect(given(opened, merged('b', 'c', 'd')).when(merge('a', 'b'))).toEqual([merged('a', 'b', 'c', 'd')]);
    expect(given(opened, merged('b', 'c')).when(merge('a', 'c'))).toEqual([merged('a', 'b', 'c')]);
    expect(given(opened, merged('b', 'c')).when(merge('c', 'a'))).toEqual([merged('b', 'a')]);
  });
  test('are split off one by one, once', () => {
    const event = { type: 'EntitySplit', data: { caseId: 'c', entityId: 'b', from: 'a' } };
    expect(given(opened, merged('a', 'b', 'c')).when(split('b'))).toEqual([event]);
    expect(given(opened, merged('a', 'b')).whenRepeated(split('b'))).toEqual([]);
    expect(given(opened, merged('a', 'b')).when(split('a'))).toEqual([]);
  });
  test('are as many as there may be in one event', () => {
    const many = Array.from({ length: 150 }, (_, index) => `e${index}`);
    const events = given(opened).when(merge('a', ...many));
    expect(events.map(({ data }) => 'entityIds' in data && data.entityIds.length)).toEqual([100, 50]);
  });
  test('belong to a case that there is', () => {
    expect(() => given().when(merge('a', 'b'))).toThrow(/no case c/);
  });
});
