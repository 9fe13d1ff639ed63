import { bigint, boolean, jsonb, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import type { QuestionEvent } from '#domain/question/events';
import { questionStages } from '#domain/question/lifecycle';

type DataOf<Type extends QuestionEvent['type']> = Omit<
  Extract<QuestionEvent, { type: Type }>['data'],
  'questionId' | 'caseId'
>;
const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** What each case was asked, and what was answered. */
export const questionListTables = (schema: string) => {
  const tables = pgSchema(schema);
  return {
    question: tables.table('question', {
      questionId: text('question_id').primaryKey(),
      caseId: text('case_id').notNull(),
      userId: text('user_id').notNull(),
      question: text('question').notNull(),
      extended: boolean('extended').notNull(),
      research: boolean('research').notNull(),
      stage: text('stage', { enum: questionStages }).notNull(),
      askedAt: time('asked_at').notNull(),
      /** When it was answered, or failed. */
      endedAt: time('ended_at'),
      fetched: jsonb('fetched').$type<DataOf<'ArticlesFetched'>>(),
      answer: jsonb('answer').$type<DataOf<'AnswerGiven'>>(),
      failure: jsonb('failure').$type<DataOf<'QuestionFailed'>>(),
      /** What each person said of the answer, by their id. */
      ratings: jsonb('ratings')
        .$type<Record<string, Pick<DataOf<'AnswerRated'>, 'rating' | 'note'>>>()
        .notNull(),
      lastPosition: bigint('last_position', { mode: 'bigint' }).notNull(),
    }),
  };
};

export type QuestionRow = ReturnType<typeof questionListTables>['question']['$inferSelect'];
