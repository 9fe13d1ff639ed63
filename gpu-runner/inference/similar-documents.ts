import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Database, isTransientPostgresError } from '#platform/clients/postgres';
import { ServiceUnavailableError } from './service-unavailable.ts';

const rowSchema = z.object({ document_id: z.string(), score: z.number() });

/** Below this, two texts have hardly a word in common. */
const minScore = 0.05;

/**
 * The documents of the same case whose vectors point most nearly the same way, best first; the score is the cosine.
 * An exact scan: a case has thousands of documents, not millions.
 *
 * @throws {ServiceUnavailableError} while Postgres is away
 */
export async function findSimilarDocuments(
  db: Database,
  { documentId, caseId, limit }: { documentId: string; caseId: string; limit: number },
): Promise<{ documentId: string; score: number }[]> {
  try {
    const { rows } = await db.execute(sql`
      SELECT other.document_id, 1 - (other.embedding <=> this.embedding) AS score
      FROM read.document_vector this
      JOIN read.document_vector other
        ON other.case_id = this.case_id AND other.model = this.model AND other.document_id <> this.document_id
      WHERE this.document_id = ${documentId} AND this.case_id = ${caseId}
      ORDER BY other.embedding <=> this.embedding, other.document_id
      LIMIT ${limit}`);
    return z
      .array(rowSchema)
      .parse(rows)
      .filter((row) => row.score >= minScore)
      .map((row) => ({ documentId: row.document_id, score: row.score }));
  } catch (error) {
    if (isTransientPostgresError(error))
      throw new ServiceUnavailableError('Postgres is away.', { cause: error });
    throw error;
  }
}
