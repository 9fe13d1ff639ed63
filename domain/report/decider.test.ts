import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RuleViolation } from '../decider.ts';
import { specificationOf } from '../decider-specification.ts';
import type { ReportCommand } from './commands.ts';
import { reportDecider } from './decider.ts';
import type { ReportEvent } from './events.ts';

const { given } = specificationOf(reportDecider);
const ids = { reportId: 'r', caseId: 'c' };
const sha256 = 'a'.repeat(64);
const model = { name: 'm', version: '1', digest: sha256, kind: 'built-in' as const };
const provenance = { model, parameters: {}, inputs: [sha256] };
const links = [{ kind: 'event' as const, eventId: 'e', position: '1', type: 'CaseOpened' }];
const claim = { text: 'The case was opened.', links };
const written = { ...ids, refusedClaims: 0, provenance };

const request = { ...ids, userId: 'ada' };
const journey = { ...written, facts: { sha256, count: 1 }, journey: [claim] };
const advice = { ...written, recommendations: [{ title: 'Ask', reason: 'Nobody did.', links }] };
const report = {
  ...written,
  title: 'Report',
  sections: [{ kind: 'project-journey' as const, heading: 'Project journey', claims: [claim] }],
  text: { sha256, characters: 6 },
  structure: { sha256, pages: 0, sections: 1, passages: 1 },
};
const failure = { ...ids, reason: 'timeout', message: 'It took too long.' };

const requested: ReportEvent = { type: 'ReportRequested', data: request };
const summarised: ReportEvent = { type: 'JourneySummarised', data: journey };
const recommended: ReportEvent = { type: 'RecommendationsFormulated', data: advice };
const completed: ReportEvent = { type: 'ReportCompleted', data: report };
const failed: ReportEvent = { type: 'ReportFailed', data: failure };

const ask: ReportCommand = { type: 'RequestReport', ...request };
const retry: ReportCommand = { type: 'RetryReport', userId: 'ada' };
const summarise: ReportCommand = { type: 'RecordJourneySummary', ...journey };
const recommend: ReportCommand = { type: 'RecordReportRecommendations', ...advice };
const complete: ReportCommand = { type: 'RecordReport', ...report };
const fail: ReportCommand = { type: 'RecordReportFailure', ...failure };

describe('a report', () => {
  test('is asked for once', () => {
    expect(given().when(ask)).toEqual([requested]);
    expect(given(requested).when(ask)).toEqual([]);
  });
  test('is written step by step', () => {
    expect(given(requested).when(summarise)).toEqual([summarised]);
    expect(given(requested, summarised).when(recommend)).toEqual([recommended]);
    expect(given(requested, summarised, recommended).when(complete)).toEqual([completed]);
  });
  test('takes no step before the one it builds on, and none twice', () => {
    expect(given(requested).when(recommend)).toEqual([]);
    expect(given(requested).when(complete)).toEqual([]);
    expect(given(requested, summarised).when(summarise)).toEqual([]);
    expect(given(requested, summarised, recommended).when(recommend)).toEqual([]);
    expect(given(requested, summarised, recommended, completed).when(complete)).toEqual([]);
  });
  test('can fail at any step, and not when it is ready', () => {
    for (const before of [[requested], [requested, summarised], [requested, summarised, recommended]]) {
      expect(given(...before).when(fail)).toEqual([failed]);
    }
    expect(given(requested, summarised, recommended, completed).when(fail)).toEqual([]);
  });
  test('that nobody asked for cannot be written', () => {
    for (const command of [retry, summarise, recommend, complete, fail]) {
      expect(() => given().when(command)).toThrow(RuleViolation);
    }
  });
});

describe('a retry', () => {
  test('begins anew what failed', () => {
    expect(given(requested, summarised, failed).when(retry)).toEqual([requested]);
    expect(given(requested, summarised, failed, requested).when(recommend)).toEqual([]);
    expect(given(requested, summarised, failed, requested).when(summarise)).toEqual([summarised]);
  });
  test('does nothing to what is being written, and is refused for what is ready', () => {
    expect(given(requested, summarised).when(retry)).toEqual([]);
    expect(() => given(requested, summarised, recommended, completed).when(retry)).toThrow('ready');
  });
});

test('a command said twice writes its events once', () => {
  const histories = [[], [requested], [requested, summarised], [requested, failed]];
  fc.assert(
    fc.property(
      fc.constantFrom(...histories),
      fc.constantFrom(ask, retry, summarise, recommend, complete, fail),
      (history, command) => {
        const specification = given(...history);
        try {
          specification.when(command);
        } catch {
          return;
        }
        expect(specification.whenRepeated(command)).toEqual([]);
      },
    ),
  );
});
