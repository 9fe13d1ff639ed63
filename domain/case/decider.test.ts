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
