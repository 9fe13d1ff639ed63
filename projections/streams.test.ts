import { expect, test } from 'vitest';
import * as ofCases from '#domain/case/decider';
import * as ofDocuments from '#domain/document/decider';
import * as ofNotifications from '#domain/notification/decider';
import { caseStream, documentStream, notificationStream } from './streams.ts';

test('streams are named as the write side names them', () => {
  expect(documentStream('d')).toBe(ofDocuments.documentStream('d'));
  expect(notificationStream('n')).toBe(ofNotifications.notificationStream('n'));
  expect(caseStream('c')).toBe(ofCases.caseStream('c'));
});
