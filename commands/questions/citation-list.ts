import type { SaidAnswer } from '#domain/question/answering';
import type { AnswerSentence, Citation } from '#domain/question/events';
import type { SourcePassage } from './source-passage.ts';

/** What is read of a source to see that a quotation is what stands there; undefined where the source has no text. */
export type TextOf = (source: Citation['source']) => Promise<string | undefined>;

/**
 * The citations of one answer, numbered as they come: places in passages become places in the texts of their sources. A
 * citation is taken only if its quotation stands in the source's text, exactly, at its offsets.
 */
export function createCitationList(textOf: TextOf) {
  const citations: Citation[] = [];
  const numbers = new Map<string, number>();
  let refused = 0;

  /** @returns the citation's number; undefined if it was refused */
  async function add(passage: SourcePassage | undefined, start: number, end: number) {
    const quote = passage?.text.slice(start, end);
    if (!passage || !quote || end > passage.text.length) return undefined;
    const citation = {
      source: passage.source,
      start: passage.start + start,
      end: passage.start + end,
      quote,
    };
    const text = await textOf(passage.source);
    if (text?.slice(citation.start, citation.end) !== quote) return undefined;
    const { source } = citation;
    const key = `${source.kind === 'document' ? source.documentId : source.articleId} ${citation.start} ${citation.end}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, citations.length);
    return citations.push(citation) - 1;
  }

  return {
    citations,
    /** How many were refused, by whoever read the model's words or here. */
    refused: () => refused,
    /**
     * Takes an answer's citations in.
     *
     * @param passages those the answer was given
     * @returns its sentences with the numbers of their citations; one that lost all of them is without support
     */
    async take(said: SaidAnswer, passages: readonly SourcePassage[]): Promise<AnswerSentence[]> {
      refused += said.refusedCitations;
      const taken: (number | undefined)[] = [];
      for (const { passage, start, end } of said.citations) {
        const number = await add(passages[passage], start, end);
        if (number === undefined) refused++;
        taken.push(number);
      }
      return said.sentences.map(({ text, citations: cited }) => ({
        text,
        citations: [...new Set(cited.map((index) => taken[index]).filter((number) => number !== undefined))],
      }));
    },
  };
}

export type CitationList = ReturnType<typeof createCitationList>;
