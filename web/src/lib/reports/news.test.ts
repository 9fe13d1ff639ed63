import { expect, test } from 'vitest';
import { reportNews } from './news.ts';

const of = (event: string) =>
  ({ kind: 'report', caseId: 'c 1', reportId: 'r1', event, position: '7' }) as const;
const path = '/cases/c%201/reports?report=r1';

test('that a report is ready is told, with a way to it', () => {
  expect(reportNews(of('ReportCompleted'))).toMatchObject({
    tone: 'success',
    title: 'The report is ready',
    path,
  });
});

test('that a report failed is told too, with a way to what it says', () => {
  expect(reportNews(of('ReportFailed'))).toMatchObject({
    tone: 'error',
    title: 'The report could not be made',
    label: 'Look',
    path,
  });
});

test('what happens on the way is no news, nor is what is not of a report', () => {
  expect(reportNews(of('ReportRequested'))).toBeUndefined();
  expect(reportNews({ kind: 'personal', userId: 'u', event: 'ReportFailed', position: '7' })).toBeUndefined();
});
