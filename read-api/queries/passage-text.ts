import { type SQL, sql } from 'drizzle-orm';
import type { Database, Transaction } from '#platform/clients/postgres';
import { documentPassagesTables } from '#projections/document-passages/table';
import type { QueryText } from '../search/query-text.ts';
import { inScope, type ScopeSize, type SearchScope } from './search-scope.ts';

const { passage } = documentPassagesTables('read');

/** BM25's usual parameters: how soon more of the same word stops counting, and how much a long passage is marked down. */
const k1 = 1.2;
const b = 0.75;
/** Words of a query that are looked at. */
const mostTerms = 32;
/** Enough candidates to rank: words are taken, the rarest first, until they bring this many passages. */
const enoughCandidates = 3000;
/**
 * The most passages scored. Only a query of nothing but very common words gets there, and those words then tell
 * passages hardly apart: the best of the first ones are as good as any.
 */
const mostCandidates = 10_000;

type Term = { readonly lexeme: string; readonly documents: number };

/**
 * Ranks passages by BM25 (Robertson and Zaragoza 2009), computed from the stored tsvectors: Postgres' own `ts_rank`
 * knows nothing of how rare a word is. Document frequencies are those of the scope; the idf is the form that is never
 * negative, ln(1 + (N - n + ½) / (n + ½)).
 *
 * The rarest words make the candidates; very common ones only add to the score. A quoted phrase must match.
 *
 * @returns the best passages in falling order of score
 */
export async function rankByText(
  db: Database,
  query: QueryText,
  scope: SearchScope,
  size: ScopeSize,
  limit: number,
): Promise<{ id: string; score: number }[]> {
  return db.transaction(async (transaction) => {
    // The planner takes a look into a tsvector to cost nothing, but each has to be fetched from where long values are
    // kept and unpacked. Left alone it goes through the whole table rather than to the index.
    await transaction.execute(sql`SELECT set_config('enable_seqscan', 'off', true)`);
    return rank(transaction, query, scope, size, limit);
  });
}

async function rank(
  db: Transaction,
  query: QueryText,
  scope: SearchScope,
  size: ScopeSize,
  limit: number,
): Promise<{ id: string; score: number }[]> {
  const terms = await termsOf(db, query, scope);
  const candidates = candidateQuery(query, terms);
  if (!candidates || size.passages === 0) return [];
  const lexemes = textArray(terms.map(({ lexeme }) => lexeme));
  const idfs = sql`${JSON.stringify(terms.map((term) => idf(term.documents, size.passages)))}`;
  const averageWords = Math.max(1, size.words / size.passages);

  // Taking a tsvector apart is slow, so it is first cut down to the query's words: they alone are given weight A.
  const { rows } = await db.execute<{ id: string; score: number }>(sql`
    WITH
      query AS MATERIALIZED (
        SELECT ${lexemes} AS lexemes,
               ARRAY(SELECT value::float8 FROM jsonb_array_elements_text(${idfs}::jsonb) AS value) AS idfs
      ),
      candidate AS MATERIALIZED (
        SELECT * FROM (
          SELECT passage_id, case_id, document_id, words, search FROM ${passage}
          WHERE search @@ ${candidates} OFFSET 0
        ) AS matched
        WHERE ${inScope(scope, { caseId: sql`case_id`, documentId: sql`document_id` })}
        LIMIT ${mostCandidates}
      )
    SELECT candidate.passage_id AS id, (
      SELECT sum(
        query.idfs[array_position(query.lexemes, word.lexeme)] * cardinality(word.positions) * ${k1 + 1}::float8
        / (cardinality(word.positions) + ${k1}::float8 * (${1 - b}::float8 + ${b}::float8 * candidate.words / ${averageWords}::float8))
      )
      FROM unnest(ts_filter(setweight(candidate.search, 'A', query.lexemes), '{a}')) AS word
    ) AS score
    FROM candidate, query
    ORDER BY score DESC, id
    LIMIT ${limit}`);
  return rows;
}

/** The query's words as Postgres stems them, stop words left out, each with the number of passages that have it. */
async function termsOf(db: Transaction, { words }: QueryText, scope: SearchScope): Promise<Term[]> {
  // OFFSET 0 keeps the condition on the text apart from that on the scope, for the same reason: together, the planner
  // likes to go through the scope and look into each tsvector.
  const { rows } = await db.execute<Term>(sql`
    SELECT term.lexeme, (
      SELECT count(*)::int FROM (
        SELECT case_id, document_id FROM ${passage}
        WHERE search @@ quote_literal(term.lexeme)::tsquery OFFSET 0
      ) AS matched
      WHERE ${inScope(scope, { caseId: sql`case_id`, documentId: sql`document_id` })}
    ) AS documents
    FROM (
      SELECT lexeme FROM unnest(to_tsvector('english', ${words})) ORDER BY positions[1], lexeme LIMIT ${mostTerms}
    ) AS term`);
  return rows.filter(({ documents }) => documents > 0).sort((one, other) => one.documents - other.documents);
}

/** The tsquery that finds the passages to score; undefined where nothing can match. */
function candidateQuery({ phrases }: QueryText, terms: readonly Term[]): SQL | undefined {
  if (terms.length === 0) return undefined;
  if (phrases.length > 0) {
    return sql`(${sql.join(
      phrases.map((phrase) => sql`phraseto_tsquery('english', ${phrase})`),
      sql` && `,
    )})`;
  }
  const chosen: string[] = [];
  let expected = 0;
  for (const { lexeme, documents } of terms) {
    if (chosen.length > 0 && expected + documents > enoughCandidates) break;
    chosen.push(lexeme);
    expected += documents;
  }
  return sql`(SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery FROM unnest(${textArray(chosen)}) AS lexeme)`;
}

const idf = (documents: number, all: number): number =>
  Math.log(1 + Math.max(0, all - documents + 0.5) / (documents + 0.5));

/** One parameter, whatever the number of values. */
const textArray = (values: readonly string[]): SQL =>
  sql`ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(values)}::jsonb))`;
