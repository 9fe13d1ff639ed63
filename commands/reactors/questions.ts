import type { Actor } from '#domain/event';
import type { QuestionCommand } from '#domain/question/commands';
import { type QuestionState, questionDecider, questionStream } from '#domain/question/decider';
import type { Article, QuestionEvent } from '#domain/question/events';
import { foldStream, type Handled, handleCommand } from '#platform/handle-command';
import type { ArticleFinder } from '../articles/article-finder.ts';
import { articlePassages } from '../articles/article-passages.ts';
import { contextOfReaction } from '../command-context.ts';
import { type AnswerPorts, type Asked, answerQuestion } from '../questions/answer-question.ts';
import { noSearchProvider } from '../questions/no-search-provider.ts';
import { type TellWork, tellWork } from '../tell-work.ts';
import { type Failure, StageFailure } from './failure.ts';
import { orFailure } from './or-failure.ts';
import type { Attempt, Reactor } from './reactor.ts';

type Ports = AnswerPorts & {
  /** Missing where no search provider is set up: then nobody can ask beyond the case. */
  readonly articleFinder?: ArticleFinder;
};

/** Research asks a model up to nine times; only then may another worker think that this one is gone. */
const mostAsks = 10;

/**
 * Answer each question that is asked, and record what came of it. What passes by itself is told to those who wait, and
 * thrown, so that the question comes again; anything else becomes a `QuestionFailed` with its reason.
 *
 * @returns one for questions about a case alone, and one for those that look outside it: what comes again comes before
 *   what is new, and while the search provider is away it must hold up nobody who does not need it
 */
export const questionReactors = (ports: Ports): readonly Reactor[] =>
  [false, true].map((outside) => ({
    name: outside ? 'questions-outside' : 'questions',
    types: ['QuestionAsked'],
    concurrency: 4,
    messageTimeoutMs: ports.models.longestMs(mostAsks),
    async handle(event, attempt) {
      const asked = event as Asked;
      if (asked.data.extended === outside) await answer(ports, asked, attempt);
    },
  }));

async function answer(ports: Ports, event: Asked, attempt: Attempt): Promise<void> {
  const { store, bus } = ports;
  const { signal } = attempt;
  const { questionId, caseId } = event.data;
  const stream = questionStream(questionId);
  const record = (command: QuestionCommand, actor: Actor, part = '') =>
    handleCommand(store, questionDecider, stream, command, {
      ...contextOfReaction('questions', event, part),
      actor,
    });

  const state = await foldStream<QuestionState, QuestionEvent>(store, questionDecider, stream);
  if (state.stage !== 'received' && state.stage !== 'answering') return;
  const tell = tellWork(bus, 'question', { jobId: questionId, caseId });
  const work = async () => {
    const articles = state.articles ?? (await fetchArticles(ports, event, record, tell, signal));
    const findArticles = (question: string) => articlePassages(ports, articles, question, signal);
    const { command, model } = await answerQuestion(ports, event, articles, findArticles, tell, signal);
    await record(command, { kind: 'model', id: model });
  };
  const fail = (failure: Failure) =>
    record(
      { type: 'RecordQuestionFailure', questionId, caseId, ...failure },
      { kind: 'system', id: 'questions-reactor' },
    );
  await orFailure(attempt, work, fail, tell.waiting);
}

/** Has articles fetched for a question that asks for them, and records them before anything is said about them. */
async function fetchArticles(
  { articleFinder }: Ports,
  { data: { questionId, caseId, question, extended } }: Asked,
  record: (command: QuestionCommand, actor: Actor, part: string) => Promise<Handled<QuestionState>>,
  tell: TellWork,
  signal: AbortSignal,
): Promise<readonly Article[]> {
  if (!extended) return [];
  if (!articleFinder) throw new StageFailure('no-search-provider', noSearchProvider);
  const found = await articleFinder.find(question, tell, signal);
  const { state } = await record(
    { type: 'RecordArticles', questionId, caseId, ...found },
    { kind: 'system', id: 'article-fetcher' },
    'articles',
  );
  // Another worker may have recorded first: an answer rests on what the log holds.
  return state.stage === 'unknown' ? [] : (state.articles ?? []);
}
