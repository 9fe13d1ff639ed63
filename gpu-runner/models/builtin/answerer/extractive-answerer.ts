import { readdirSync, readFileSync } from 'node:fs';
import type { AnswerQuestionRequest, ProposeQuestionsRequest, SaidAnswer } from '#domain/question/answering';
import type { ModelIdentity } from '../../model.ts';
import { oneLine } from '../analyst/found.ts';
import { type BackgroundIdf, loadBackgroundIdf } from '../background-idf.ts';
import { behaviourDigest } from '../digest.ts';
import { furtherQuestions } from './further-questions.ts';
import { type RankedSentence, rankSentences } from './rank-sentences.ts';

const name = 'casefold-extractive-answers';
const version = '1';

const mostSentences = 4;
const mostCharacters = 1200;
/**
 * Below this share of the question, what was found is about something else. Measured by `npm run eval -- answers`: less
 * answers more of what is there, and more of what is not.
 */
const leastCoverage = 0.35;
/** A further sentence must fit nearly as well as the best. */
const nearlyAsGood = 0.75;
/** Two sentences that share this many of their words say the same. */
const tooAlike = 0.6;

export type ExtractiveAnswerer = {
  readonly identity: ModelIdentity;
  answer(request: AnswerQuestionRequest): SaidAnswer;
  propose(request: ProposeQuestionsRequest): { questions: string[] };
};

const nothing: SaidAnswer = { found: false, sentences: [], citations: [], refusedCitations: 0 };

/**
 * Answers without a language model: quotes the sentences that fit the question best, word for word, and adds nothing.
 * Where nothing fits well enough it says so.
 */
export function createExtractiveAnswerer(idf: BackgroundIdf = loadBackgroundIdf()): ExtractiveAnswerer {
  return {
    identity: identityOf(idf),
    answer({ question, passages }) {
      const ranked = rankSentences(question, passages, idf);
      const chosen = choose(ranked.filter(({ coverage }) => coverage >= leastCoverage));
      if (chosen.length === 0) return nothing;
      return {
        found: true,
        leadIn: 'Closest to the question, in the words of the sources:',
        sentences: chosen.map(({ passage, start, end }, index) => ({
          text: oneLine(passages[passage]?.text.slice(start, end) ?? ''),
          citations: [index],
        })),
        citations: chosen.map(({ passage, start, end }) => ({ passage, start, end })),
        refusedCitations: 0,
      };
    },
    propose: (request) => ({ questions: furtherQuestions(request) }),
  };
}

/** The best, and those nearly as good that say something else. */
function choose(ranked: readonly RankedSentence[]): RankedSentence[] {
  const chosen: RankedSentence[] = [];
  let characters = 0;
  for (const sentence of ranked) {
    const [best] = chosen;
    if (best && sentence.score < best.score * nearlyAsGood) break;
    if (chosen.some((other) => alike(other, sentence) > tooAlike)) continue;
    const length = sentence.end - sentence.start;
    if (chosen.length > 0 && characters + length > mostCharacters) continue;
    characters += length;
    if (chosen.push(sentence) === mostSentences) break;
  }
  return chosen;
}

/** The words two sentences share, as a share of those of the shorter. */
function alike({ stems: one }: RankedSentence, { stems: other }: RankedSentence): number {
  const shared = [...one].filter((stem) => other.has(stem)).length;
  return shared / Math.max(1, Math.min(one.size, other.size));
}

/** Its behaviour is its code and the table of how rare words are. */
function identityOf(idf: BackgroundIdf): ModelIdentity {
  const folder = new URL('./', import.meta.url);
  const code = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .sort()
    .map((file) => `${file}\n${readFileSync(new URL(file, folder), 'utf8')}`);
  return {
    name,
    version,
    digest: behaviourDigest([`${name}@${version}`, ...code, idf.source]),
    kind: 'built-in',
  };
}
