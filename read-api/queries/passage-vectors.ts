import { and, desc, eq, ne, sql } from 'drizzle-orm';
import type { Database } from '#platform/clients/postgres';
import { documentListTables } from '#projections/document-list/table';
import { passageVectorsTables, vectorBytes } from '#projections/passage-vectors/table';
import { userInterestTables } from '#projections/user-interest/table';
import type { UserHit } from '../contract.ts';
import type { QueryVector } from '../ports.ts';
import { inScope, type ScopeSize, type SearchScope } from './search-scope.ts';

const { document } = documentListTables('read');
const { userInterest } = userInterestTables('read');

/** Up to this many passages, looking at each is as fast as the index, and exact. */
const smallScope = 2000;
/** Candidates the index keeps while it looks; more find better neighbours. pgvector's default of 40 is for short lists. */
const indexCandidates = 120;

/** The model that made the vectors readers see: a query is only like them in its own. Undefined where there are none. */
export async function storedModel(db: Database): Promise<string | undefined> {
  // Whatever its dimensions: only the name is read.
  const { documentVector } = passageVectorsTables('read', 1);
  const [row] = await db.select({ model: documentVector.model }).from(documentVector).limit(1);
  return row?.model;
}

type Near = { id: string; caseId: string; score: number };

/**
 * Ranks passages by the cosine of the angle between their vector and the query's. A small scope is looked at whole; a
 * large one through the HNSW index, which goes on until enough passages of the scope are found (pgvector ≥ 0.8).
 *
 * @returns the best passages in falling order of cosine; none that points away from the query
 */
export async function rankByVector(
  db: Database,
  { vector, model }: QueryVector,
  scope: SearchScope,
  size: ScopeSize,
  limit: number,
): Promise<Near[]> {
  const { passageVector } = passageVectorsTables('read', vector.length);
  const distance = sql`${passageVector.embedding} <=> ${vectorBytes(vector)}::vector`;
  const within = and(eq(passageVector.model, model), inScope(scope, passageVector));
  const exact = size.passages <= smallScope;
  const nearest = sql<Near>`
    WITH nearest AS MATERIALIZED (
      SELECT ${passageVector.passageId} AS id, ${passageVector.caseId} AS "caseId", ${distance} AS distance FROM ${passageVector} WHERE ${within}
      ORDER BY ${exact ? sql`(${distance}) + 0` : distance} LIMIT ${limit}
    )
    SELECT id, "caseId", 1 - distance AS score FROM nearest WHERE distance < 1 ORDER BY distance, id`;
  // Adding 0 hides the order from the index. The index gives a nearly sorted list, which is why it is sorted again.
  const run = async (on: Pick<Database, 'execute'>) => (await on.execute<Near>(nearest)).rows;
  if (exact) return run(db);
  return db.transaction(async (transaction) => {
    await transaction.execute(
      sql`SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', ${String(indexCandidates)}, true)`,
    );
    return run(transaction);
  });
}

/**
 * The query's vector drawn towards passages that were found for it, half and half with their mean: pseudo-relevance
 * feedback (Rocchio 1971; on vectors, Li et al. 2021). It finds what is like the best that was found, in other words too.
 */
export async function drawnTowards(
  db: Database,
  query: QueryVector,
  passageIds: readonly string[],
): Promise<QueryVector> {
  const { passageVector } = passageVectorsTables('read', query.vector.length);
  const found = await db
    .select({ embedding: passageVector.embedding })
    .from(passageVector)
    .where(
      and(
        eq(passageVector.model, query.model),
        sql`${passageVector.passageId} IN (SELECT jsonb_array_elements_text(${JSON.stringify(passageIds)}::jsonb))`,
      ),
    );
  if (found.length === 0) return query;
  const vector = query.vector.map(
    (value, at) => value + found.reduce((sum, { embedding }) => sum + (embedding[at] ?? 0), 0) / found.length,
  );
  return { ...query, vector };
}

/**
 * The people whose interest lies closest to the query: what they viewed or liked, as the mean of its documents' vectors.
 */
export async function rankUsers(
  db: Database,
  { vector, model }: QueryVector,
  caseId: string | undefined,
  limit: number,
): Promise<UserHit[]> {
  const { documentVector } = passageVectorsTables('read', vector.length);
  const score = sql<number>`1 - (avg(${documentVector.embedding}) <=> ${vectorBytes(vector)}::vector)`;
  return db
    .select({ userId: userInterest.userId, score, documents: sql<number>`count(*)::int` })
    .from(userInterest)
    .innerJoin(documentVector, eq(documentVector.documentId, userInterest.documentId))
    .innerJoin(document, eq(document.documentId, userInterest.documentId))
    .where(
      and(
        eq(documentVector.model, model),
        ne(document.stage, 'withdrawn'),
        caseId === undefined ? undefined : eq(userInterest.caseId, caseId),
      ),
    )
    .groupBy(userInterest.userId)
    .orderBy(desc(score), userInterest.userId)
    .limit(limit);
}
