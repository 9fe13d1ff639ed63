import type { Provenance } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import { answerQuestionTask, mostPassages, type SaidAnswer } from '#domain/question/answering';
import type { RecordAnswer } from '#domain/question/commands';
import type { Article, QuestionEvent } from '#domain/question/events';
import type { EventStore } from '#platform/event-store';
import type { BlobStore, Bus } from '#platform/ports';
import type { Models } from '../models.ts';
import type { TellWork } from '../tell-work.ts';
import { createCitationList } from './citation-list.ts';
import { findPassages } from './find-passages.ts';
import { research } from './research.ts';
import { distinct, givenPassage, type SourcePassage } from './source-passage.ts';
import { sourceTexts } from './source-texts.ts';

export type Asked = Extract<RecordedEvent<QuestionEvent>, { type: 'QuestionAsked' }>;

export type AnswerPorts = {
  readonly store: EventStore;
  readonly blobs: BlobStore;
  readonly bus: Bus;
  readonly models: Models;
};

/** One look into the sources, and one answer from what was found there. */
export type Inquiry = {
  find(question: string): Promise<SourcePassage[]>;
  answer(question: string, passages: readonly SourcePassage[], step: string): Promise<SaidAnswer>;
};

/** Passages of the case that a question is answered from. */
const passagesOfCase = 12;

/**
 * Answers a question from its case, and from the articles fetched for it, if any.
 *
 * @param findArticles passages of the articles that fit a question, the best first
 * @returns what to record
 * @throws whatever the bus throws while the search or the model is away
 */
export async function answerQuestion(
  ports: AnswerPorts,
  asked: Asked,
  articles: readonly Article[],
  findArticles: (question: string) => Promise<SourcePassage[]>,
  tell: TellWork,
  signal: AbortSignal,
): Promise<{ command: RecordAnswer; model: string }> {
  const { questionId, caseId, question } = asked.data;
  const position = String(asked.position);
  const provenance: Provenance[] = [];
  const cited = createCitationList(sourceTexts(ports, articles));

  const inquiry: Inquiry = {
    async find(query) {
      const ofCase = await findPassages(
        ports.bus,
        { caseId, query, limit: passagesOfCase, position },
        signal,
      );
      return [...ofCase, ...(await findArticles(query))];
    },
    async answer(text, passages, step) {
      tell(step);
      const { said, provenance: from } = await ports.models.ask(
        answerQuestionTask,
        { question: text, passages: passages.map(givenPassage) },
        { signal, progress: tell.words(step) },
      );
      provenance.push(from);
      return said;
    },
  };

  tell('Looking for passages');
  const first = await inquiry.find(question);
  const { steps, passages: further } = asked.data.research
    ? await research({ models: ports.models, inquiry, cited, provenance, tell, signal }, question, first)
    : { steps: [], passages: [] };
  // What research cited comes first: it was found to say something.
  const passages = distinct([...further, ...first]).slice(0, mostPassages);
  const said = await inquiry.answer(question, passages, readingStep(passages));
  const sentences = await cited.take(said, passages);
  const found = said.found && sentences.some(({ citations }) => citations.length > 0);
  const model = provenance.at(-1)?.model.name ?? 'unknown';
  return {
    model,
    command: {
      type: 'RecordAnswer',
      questionId,
      caseId,
      outcome: found ? 'answered' : 'not-in-case',
      ...(found && said.leadIn && { leadIn: said.leadIn }),
      sentences: found ? sentences : [],
      citations: cited.citations,
      refusedCitations: cited.refused(),
      steps,
      provenance,
    },
  };
}

const readingStep = ({ length }: readonly SourcePassage[]) =>
  `Reading ${length} passage${length === 1 ? '' : 's'} and writing the answer`;
