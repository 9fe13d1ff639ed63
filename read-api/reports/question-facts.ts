import { z } from 'zod';
import type { ClaimLink } from '#domain/report/events';
import type { Fact } from '#domain/report/facts';
import { newest } from './event-facts.ts';
import { cut, day, eventLink, fact, type Sources } from './gathered.ts';

/** The newest are told; of a question asked often before, the later answer knows more. */
const mostQuestions = 12;
const mostEvents = 300;
const citedLinks = 3;

const askedSchema = z.object({ questionId: z.string(), question: z.string() });
const citationSchema = z.object({
  start: z.number(),
  end: z.number(),
  quote: z.string(),
  source: z.object({
    kind: z.literal('document'),
    documentId: z.string(),
    fileName: z.string(),
    passageId: z.string(),
  }),
});
const list = z.union([
  z.array(z.unknown()),
  z.object({ first: z.array(z.unknown()) }).transform(({ first }) => first),
]);
const answeredSchema = z.object({
  questionId: z.string(),
  outcome: z.enum(['answered', 'not-in-case']),
  sentences: z.array(z.object({ text: z.string() })),
  citations: list,
});
const failedSchema = z.object({ questionId: z.string(), message: z.string() });

type HistoryRow = Awaited<ReturnType<typeof newest>>[number];

/** What the case was asked, the newest first, and what came of it. */
export async function questionFacts(sources: Sources): Promise<{ facts: Fact[]; asked: readonly string[] }> {
  const events = await newest(sources, ['QuestionAsked', 'AnswerGiven', 'QuestionFailed'], mostEvents);
  const outcomes = new Map<string, HistoryRow>();
  for (const event of events.filter(({ type }) => type !== 'QuestionAsked')) {
    const id = z.object({ questionId: z.string() }).safeParse(event.data).data?.questionId;
    if (id && !outcomes.has(id)) outcomes.set(id, event);
  }
  const asked = events.flatMap((event) => {
    const data = event.type === 'QuestionAsked' && askedSchema.safeParse(event.data).data;
    return data ? [{ ...data, event }] : [];
  });
  return {
    asked: asked.map(({ question }) => question),
    facts: asked
      .slice(0, mostQuestions)
      .flatMap(({ question, questionId, event }) => questionFact(question, event, outcomes.get(questionId))),
  };
}

function questionFact(question: string, asked: HistoryRow, outcome: HistoryRow | undefined): Fact[] {
  const subject = cut(question, 200);
  const opening = `On ${day(asked.recordedAt)} the case was asked: “${subject}”`;
  const links = [asked, ...(outcome ? [outcome] : [])].map(eventLink);
  const answer = answeredSchema.safeParse(outcome?.data).data;
  if (answer?.outcome === 'answered') {
    const words = cut(answer.sentences.map(({ text }) => text).join(' '), 400);
    const cited = citedIn(answer.citations);
    return fact('question', `${opening} The answer: ${words}`, [...links, ...cited], subject);
  }
  if (answer)
    return fact('unanswered-question', `${opening} Nothing in the case answered it.`, links, subject);
  const failure = failedSchema.safeParse(outcome?.data).data;
  const why = failure ? `It could not be answered: ${cut(failure.message)}` : 'It is not answered yet.';
  return fact('unanswered-question', `${opening} ${why}`, links, subject);
}

/** The first places that an answer cites in documents of the case. */
const citedIn = (citations: readonly unknown[]): ClaimLink[] =>
  citations
    .flatMap((citation) => citationSchema.safeParse(citation).data ?? [])
    .slice(0, citedLinks)
    .map(({ source: { documentId, fileName, passageId }, start, end, quote }) => ({
      kind: 'passage',
      documentId,
      fileName,
      passageId,
      start,
      end,
      quote,
    }));
