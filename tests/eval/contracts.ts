import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { searchModes } from '#read-api/contract';
import { searchPassages } from '#read-api/search/search-passages';
import { type Evaluation, type Figures, figure } from './evaluation.ts';
import { modeWords } from './retrieval.ts';
import { type Clause, readClauses, type Span, spansIn } from './search/clauses.ts';
import { mean } from './search/judge.ts';
import { caseId, makeSearchable, type Searchable } from './search/searchable.ts';

const places = [1, 5, 10] as const;
/** How a clause is looked for: within its contract, as one who reads that contract does, or in all contracts at once. */
const ways = [
  { what: 'within the contract', inContract: true },
  { what: 'among all contracts', inContract: false },
] as const;

type Asked = Clause & { readonly documentId: string; readonly spans: readonly Span[] };

/**
 * Whether the first passages found hold a labelled clause of a contract (CUAD v1). A clause is asked for by its name,
 * with the contract's name where all contracts are searched, and is found where a passage overlaps one of its spans.
 */
export const contracts: Evaluation = async (data) => {
  const folder = join(data, 'contracts/docs');
  const files = readdirSync(folder).sort();
  const clauses = readClauses(join(data, 'contracts/gold_clauses.csv'));
  const searchable = await makeSearchable(
    files.map((fileName, index) => {
      return { documentId: `contract${index}`, fileName, bytes: readFileSync(join(folder, fileName)) };
    }),
  );
  try {
    const asked = clauses.flatMap((clause): Asked[] => {
      const documentId = `contract${files.indexOf(clause.fileName)}`;
      const spans = spansIn(searchable.textOf(documentId), clause.texts);
      return spans.length > 0 ? [{ ...clause, documentId, spans }] : [];
    });
    const lines: Figures[] = [];
    for (const { what, inContract } of ways) {
      for (const mode of searchModes) {
        const ranks: number[] = [];
        for (const clause of asked) ranks.push(await rankOf(searchable, clause, mode, inContract));
        lines.push({
          what: `CUAD, ${asked.length} clauses ${what}`,
          by: modeWords[mode],
          figures: Object.fromEntries(
            places.map((place) => [
              `top ${place}`,
              figure(mean(ranks.map((rank) => (rank <= place ? 1 : 0)))),
            ]),
          ),
        });
      }
    }
    return lines;
  } finally {
    await searchable.close();
  }
};

/** The place, from 1, of the first passage that holds the clause; infinite where the last place has none. */
async function rankOf(
  { clients, embedQuery }: Searchable,
  { question, contract, documentId, spans }: Asked,
  mode: (typeof searchModes)[number],
  inContract: boolean,
): Promise<number> {
  const request = {
    q: inContract ? question : `${question} ${contract}`,
    mode,
    scope: { caseId, ...(inContract && { documentId }) },
    limit: Math.max(...places),
  };
  const { hits } = await searchPassages({ db: clients.postgres.db, embedQuery }, request);
  const place = hits.findIndex(
    (hit) => hit.documentId === documentId && spans.some((span) => holds(hit, span)),
  );
  return place === -1 ? Number.POSITIVE_INFINITY : place + 1;
}

/** Half of the clause stands in the passage, or half of the passage is the clause, where that is the longer. */
function holds(passage: Span, clause: Span): boolean {
  const common = Math.min(passage.end, clause.end) - Math.max(passage.start, clause.start);
  return 2 * common >= Math.min(passage.end - passage.start, clause.end - clause.start);
}
