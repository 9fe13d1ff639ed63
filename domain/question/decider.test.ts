import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RuleViolation } from '../decider.ts';
import { specificationOf } from '../decider-specification.ts';
import type { QuestionCommand } from './commands.ts';
import { questionDecider } from './decider.ts';
import type { QuestionEvent } from './events.ts';
import { nextQuestionStage, questionStages } from './lifecycle.ts';

const { given } = specificationOf(questionDecider);
const ids = { questionId: 'q', caseId: 'c' };
const sha256 = 'a'.repeat(64);
const question = { ...ids, userId: 'ada', question: 'Who signed?', extended: true, research: false };
const provenance = [
  {
    model: { name: 'm', version: '1', digest: sha256, kind: 'built-in' as const },
    parameters: {},
    inputs: [sha256],
  },
];
const found = { ...ids, query: 'who signed', provider: 'searxng', articles: [], refused: [] };
const nothing = {
  ...ids,
  outcome: 'not-in-case' as const,
  sentences: [],
  citations: [],
  refusedCitations: 0,
  steps: [],
  provenance,
};
const failure = { ...ids, reason: 'timeout', message: 'It took too long.' };

const asked: QuestionEvent = { type: 'QuestionAsked', data: question };
const fetched: QuestionEvent = { type: 'ArticlesFetched', data: found };
const answered: QuestionEvent = { type: 'AnswerGiven', data: nothing };
const failed: QuestionEvent = { type: 'QuestionFailed', data: failure };
const rated: QuestionEvent = { type: 'AnswerRated', data: { ...ids, userId: 'ada', rating: 'helpful' } };

const rate: QuestionCommand = { type: 'RateAnswer', userId: 'ada', rating: 'helpful' };
const answer: QuestionCommand = { type: 'RecordAnswer', ...nothing };

describe('a question', () => {
  test('is asked once', () => {
    expect(given().when({ type: 'AskQuestion', ...question })).toEqual([asked]);
    expect(given(asked).when({ type: 'AskQuestion', ...question })).toEqual([]);
  });
  test('takes articles before its answer, and once', () => {
    const articles: QuestionCommand = { type: 'RecordArticles', ...found };
    expect(given(asked).when(articles)).toEqual([fetched]);
    expect(given(asked, fetched).when(articles)).toEqual([]);
    expect(given(asked, answered).when(articles)).toEqual([]);
  });
  test.each([[[asked]], [[asked, fetched]]])('is answered or fails, and is over then', (events) => {
    const fail: QuestionCommand = { type: 'RecordQuestionFailure', ...failure };
    expect(given(...events).when(answer)).toEqual([answered]);
    expect(given(...events).when(fail)).toEqual([failed]);
    for (const over of [answered, failed]) {
      expect(given(...events, over).when(answer)).toEqual([]);
      expect(given(...events, over).when(fail)).toEqual([]);
    }
  });
  test('that nobody asked can be neither answered nor rated', () => {
    for (const command of [answer, rate]) {
      expect(() => given().when(command)).toThrow(RuleViolation);
    }
  });
});

describe('a rating', () => {
  test('needs an answer', () => {
    expect(() => given(asked).when(rate)).toThrow('no answer');
    expect(() => given(asked, failed).when(rate)).toThrow('no answer');
  });
  test('said again changes nothing; another one does', () => {
    expect(given(asked, answered).when(rate)).toEqual([rated]);
    expect(given(asked, answered, rated).when(rate)).toEqual([]);
    const withNote: QuestionCommand = { ...rate, note: 'The date is wrong.' };
    expect(given(asked, answered, rated).when(withNote)).toEqual([
      { type: 'AnswerRated', data: { ...ids, userId: 'ada', rating: 'helpful', note: 'The date is wrong.' } },
    ]);
  });
});

test('a command said twice writes its events once', () => {
  const histories = [[], [asked], [asked, fetched], [asked, answered], [asked, failed]];
  const commands: QuestionCommand[] = [
    { type: 'AskQuestion', ...question },
    { type: 'RecordArticles', ...found },
    answer,
    { type: 'RecordQuestionFailure', ...failure },
    rate,
  ];
  fc.assert(
    fc.property(fc.constantFrom(...histories), fc.constantFrom(...commands), (history, command) => {
      const specification = given(...history);
      try {
        specification.when(command);
      } catch {
        return;
      }
      expect(specification.whenRepeated(command)).toEqual([]);
    }),
  );
});

test('the lifecycle stays within its stages, whatever comes', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...questionStages),
      fc.constantFrom(asked, fetched, answered, failed, rated),
      (stage, event) => {
        expect(questionStages.includes(nextQuestionStage(stage, event))).toBe(true);
      },
    ),
  );
});
