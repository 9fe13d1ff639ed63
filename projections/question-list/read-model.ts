import type { RecordedEvent } from '#domain/event';
import { type QuestionEvent, questionEvents } from '#domain/question/events';
import { nextQuestionStage } from '#domain/question/lifecycle';
import { type PostgresReadModel, tablePart } from '../read-model.ts';
import { questionStream } from '../streams.ts';
import { type QuestionRow, questionListTables } from './table.ts';

const question = tablePart((schema) => questionListTables(schema).question, {
  name: 'question',
  key: ['questionId'],
});

export const questionList: PostgresReadModel = {
  name: 'question-list',
  version: 1,
  types: Object.keys(questionEvents),
  sink: 'postgres',
  parts: [question],
  partitionable: true,
  indexes: (schema) => [`CREATE INDEX ON "${schema}".question (case_id, asked_at)`],
  needs: (event) => [{ part: question, key: [questionIdIn(event)] }],
  fold(event, entries) {
    const row = foldQuestion(
      entries.get(question, [questionIdIn(event)]),
      event as RecordedEvent<QuestionEvent>,
    );
    if (row) entries.put(question, row);
  },
  streamsOf: (_, [questionId]) => [questionStream(String(questionId))],
};

const questionIdIn = (event: RecordedEvent): string =>
  (event as RecordedEvent<QuestionEvent>).data.questionId;

/** A question's row after an event; undefined for a question that nobody asked. */
function foldQuestion(
  row: QuestionRow | undefined,
  event: RecordedEvent<QuestionEvent>,
): QuestionRow | undefined {
  const lastPosition = event.position;
  if (event.type === 'QuestionAsked') {
    return {
      ...event.data,
      stage: 'received',
      askedAt: event.created,
      endedAt: null,
      fetched: null,
      answer: null,
      failure: null,
      ratings: {},
      lastPosition,
    };
  }
  if (!row) return undefined;
  const moved: QuestionRow = { ...row, stage: nextQuestionStage(row.stage, event), lastPosition };
  const { questionId: _, caseId: __, ...data } = event.data;
  switch (event.type) {
    case 'ArticlesFetched':
      return { ...moved, fetched: data as NonNullable<QuestionRow['fetched']> };
    case 'AnswerGiven':
      return { ...moved, answer: data as NonNullable<QuestionRow['answer']>, endedAt: event.created };
    case 'QuestionFailed':
      return { ...moved, failure: data as NonNullable<QuestionRow['failure']>, endedAt: event.created };
    case 'AnswerRated': {
      const { userId, rating, note } = event.data;
      return { ...moved, ratings: { ...row.ratings, [userId]: { rating, ...(note && { note }) } } };
    }
  }
}
