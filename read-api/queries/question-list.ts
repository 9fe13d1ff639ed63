import { and, desc, eq, sql } from 'drizzle-orm';
import type { Database } from '#platform/clients/postgres';
import { Problem } from '#platform/http/problem';
import { type QuestionRow, questionListTables } from '#projections/question-list/table';
import type { QuestionSummary, QuestionView } from '../contract.ts';
import { cutPage, type Page } from './cut-page.ts';

const { question } = questionListTables('read');

/** Where a page ended: when the question was asked, as text, and its id. */
export type QuestionPlace = readonly [askedAt: string, questionId: string];

/** A page of what a case was asked, the newest first. */
export async function listQuestions(
  db: Database,
  caseId: string,
  { limit, after }: { readonly limit: number; readonly after: QuestionPlace | undefined },
): Promise<Page<QuestionSummary, QuestionPlace>> {
  const rows = await db
    .select({ row: question, place: sql<string>`${question.askedAt}::text` })
    .from(question)
    .where(
      and(
        eq(question.caseId, caseId),
        after &&
          sql`(${question.askedAt}, ${question.questionId}) < (${after[0]}::timestamptz, ${after[1]}::text)`,
      ),
    )
    .orderBy(desc(question.askedAt), desc(question.questionId))
    .limit(limit + 1);
  return cutPage(
    rows,
    limit,
    ({ row }) => summaryView(row),
    ({ row, place }) => [place, row.questionId],
  );
}

/** @throws {Problem} 404 */
export async function findQuestion(db: Database, questionId: string, userId: string): Promise<QuestionView> {
  const [row] = await db.select().from(question).where(eq(question.questionId, questionId));
  if (!row) {
    throw new Problem(404, 'no-such-question', 'There is no such question', {
      detail: `No question has the id "${questionId}".`,
    });
  }
  return questionView(row, userId);
}

function summaryView(row: QuestionRow): QuestionSummary {
  const { questionId, caseId, userId, extended, research, answer, failure } = row;
  const words = answer?.sentences.map(({ text }) => text).join(' ');
  return {
    questionId,
    caseId,
    userId,
    question: row.question,
    extended,
    research,
    status: row.stage,
    askedAt: row.askedAt.toISOString(),
    ...(row.endedAt && { endedAt: row.endedAt.toISOString() }),
    ...(answer && { outcome: answer.outcome }),
    ...(words && { answer: words }),
    ...(failure && { error: failure }),
    lastPosition: String(row.lastPosition),
  };
}

function questionView(row: QuestionRow, userId: string): QuestionView {
  const { answer, fetched, ratings } = row;
  const mine = ratings[userId];
  const count = (rating: string) => Object.values(ratings).filter((each) => each.rating === rating).length;
  const model = answer?.provenance.at(-1)?.model;
  return {
    ...summaryView(row),
    ...(answer?.leadIn && { leadIn: answer.leadIn }),
    sentences: answer?.sentences ?? [],
    citations: (answer?.citations ?? []).map(({ source, ...quoted }) => ({ ...quoted, ...source })),
    refusedCitations: answer?.refusedCitations ?? 0,
    steps: answer?.steps ?? [],
    ...(fetched && { articles: fetched }),
    ...(model && { model }),
    provenance: answer?.provenance ?? [],
    ...(mine && { myRating: mine }),
    ratings: { helpful: count('helpful'), unhelpful: count('unhelpful') },
  };
}
