import { expect, test } from 'vitest';
import * as ofCases from '#domain/case/decider';
import * as ofDocuments from '#domain/document/decider';
import { caseStream, documentStream } from './streams.ts';

test('streams are named as the write side names them', () => {
  expect(documentStream('d')).toBe(ofDocuments.documentStream('d'));
  expect(caseStream('c')).toBe(ofCases.caseStream('c'));
});
