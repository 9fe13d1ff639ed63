import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createExtractiveAnswerer } from '#gpu-runner/models/builtin/answerer/extractive-answerer';
import type { SearchHit } from '#read-api/contract';
import { searchPassages } from '#read-api/search/search-passages';
import { type Evaluation, type Figures, figure } from './evaluation.ts';
import { type Clause, readClauses, type Span, spansIn } from './search/clauses.ts';
import { mean } from './search/judge.ts';
import { caseId, makeSearchable, type Searchable } from './search/searchable.ts';

/** Passages that an answer is written from, as where people ask. */
const passagesRead = 12;

type Outcome = {
  readonly found: boolean;
  /** Whether a quotation overlaps what people marked. */
  readonly cites: boolean;
  /** The same of the passage that the search put first, quoted whole. */
  readonly firstPassage: boolean;
};

/**
 * Whether an answer without a language model quotes the labelled clause of a contract (CUAD v1), asked about that contract;
 * and, for kinds of clause that a contract does not have, whether it says that it found nothing.
 */
export const answers: Evaluation = async (data) => {
  const folder = join(data, 'contracts/docs');
  const files = readdirSync(folder).sort();
  const clauses = readClauses(join(data, 'contracts/gold_clauses.csv'));
  const searchable = await makeSearchable(
    files.map((fileName, index) => ({
      documentId: `contract${index}`,
      fileName,
      bytes: readFileSync(join(folder, fileName)),
    })),
  );
  try {
    const there: Outcome[] = [];
    const absent: Outcome[] = [];
    for (const clause of clauses) {
      const documentId = `contract${files.indexOf(clause.fileName)}`;
      const spans = spansIn(searchable.textOf(documentId), clause.texts);
      // A label that stands nowhere in the text says nothing about an answer.
      if (spans.length === 0 && clause.texts.length > 0) continue;
      (spans.length > 0 ? there : absent).push(await outcomeOf(searchable, clause, documentId, spans));
    }
    return [...ofThere(there), ...ofAbsent(absent)];
  } finally {
    await searchable.close();
  }
};

const answerer = createExtractiveAnswerer();
const by = `${answerer.identity.name}, built in`;

const share = (outcomes: readonly Outcome[], is: (outcome: Outcome) => boolean): string =>
  figure(mean(outcomes.map((outcome) => Number(is(outcome)))));

const ofThere = (outcomes: readonly Outcome[]): Figures[] => {
  const what = `CUAD, answers to ${outcomes.length} questions about clauses`;
  return [
    {
      what,
      by,
      figures: {
        'quotes the clause': share(outcomes, ({ cites }) => cites),
        'finds nothing': share(outcomes, ({ found }) => !found),
      },
    },
    {
      what,
      by: 'the first passage found, whole',
      figures: { 'quotes the clause': share(outcomes, ({ firstPassage }) => firstPassage) },
    },
  ];
};

const ofAbsent = (outcomes: readonly Outcome[]): Figures[] => [
  {
    what: `CUAD, answers to ${outcomes.length} questions about clauses that are not there`,
    by,
    figures: { 'finds nothing': share(outcomes, ({ found }) => !found) },
  },
];

async function outcomeOf(
  { clients, embedQuery }: Searchable,
  { question }: Clause,
  documentId: string,
  spans: readonly Span[],
): Promise<Outcome> {
  const scope = { caseId, documentId };
  const request = { q: question, mode: 'hybrid', scope, limit: passagesRead } as const;
  const { hits } = await searchPassages({ db: clients.postgres.db, embedQuery }, request);
  const passages = hits.map(({ fileName, section, text }) => ({
    title: fileName,
    ...(section && { section }),
    text,
  }));
  const { found, citations } = answerer.answer({ question, passages });
  const isMarked = (one: Span) => spans.some((span) => one.start < span.end && span.start < one.end);
  const placeOf = (hit: SearchHit | undefined, { start, end }: Span): Span => ({
    start: (hit?.start ?? 0) + start,
    end: (hit?.start ?? 0) + end,
  });
  const [first] = hits;
  return {
    found,
    cites: citations.some((citation) => isMarked(placeOf(hits[citation.passage], citation))),
    firstPassage: first !== undefined && isMarked(first),
  };
}
