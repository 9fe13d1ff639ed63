import type { Provenance } from '#domain/document/events';
import { mostPassages, mostRounds, mostSubQuestions, proposeQuestionsTask } from '#domain/question/answering';
import type { ResearchStep } from '#domain/question/events';
import type { Models } from '../models.ts';
import type { TellWork } from '../tell-work.ts';
import type { Inquiry } from './answer-question.ts';
import type { CitationList } from './citation-list.ts';
import { distinct, givenPassage, type SourcePassage } from './source-passage.ts';

type Ports = {
  readonly models: Models;
  readonly inquiry: Inquiry;
  /** Takes the citations of each step. */
  readonly cited: CitationList;
  /** Takes where each answer of a model comes from. */
  readonly provenance: Provenance[];
  readonly tell: TellWork;
  readonly signal: AbortSignal;
};

/**
 * Asks further questions on the way to an answer: the model proposes them from what was found so far, and each is looked
 * up and answered by itself. Ends when nothing more is proposed, or at the bound of rounds and of questions.
 *
 * @param found the passages that the question itself finds
 * @returns what was asked and found, and the passages that were cited on the way
 */
export async function research(
  { models, inquiry, cited, provenance, tell, signal }: Ports,
  question: string,
  found: readonly SourcePassage[],
): Promise<{ steps: ResearchStep[]; passages: SourcePassage[] }> {
  const steps: ResearchStep[] = [];
  const asked = new Set([sameQuestion(question)]);
  let passages: SourcePassage[] = [];

  for (let round = 1; round <= mostRounds && steps.length < mostSubQuestions; round++) {
    for (const proposed of await propose(mostSubQuestions - steps.length)) {
      asked.add(sameQuestion(proposed));
      const read = await inquiry.find(proposed);
      const said = await inquiry.answer(proposed, read, `Asking further: ${proposed}`);
      const sentences = said.found ? await cited.take(said, read) : [];
      const supported = sentences.filter(({ citations }) => citations.length > 0);
      steps.push({ round, question: proposed, sentences: supported });
      passages = distinct([...passages, ...said.citations.flatMap(({ passage }) => read[passage] ?? [])]);
    }
    if (steps.at(-1)?.round !== round) break;
  }
  return { steps, passages };

  /** What was not asked before, as many as may still be asked. */
  async function propose(most: number): Promise<string[]> {
    tell('Thinking about what else to ask');
    const { said, provenance: from } = await models.ask(
      proposeQuestionsTask,
      {
        question,
        asked: steps.map((step) => step.question),
        most,
        passages: distinct([...passages, ...found])
          .slice(0, mostPassages)
          .map(givenPassage),
      },
      { signal },
    );
    provenance.push(from);
    const fresh = said.questions.filter((proposed) => !asked.has(sameQuestion(proposed)));
    return [...new Map(fresh.map((proposed) => [sameQuestion(proposed), proposed])).values()].slice(0, most);
  }
}

const sameQuestion = (question: string) =>
  question
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
