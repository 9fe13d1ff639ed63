import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Database, isTransientPostgresError } from '#platform/clients/postgres';
import { ServiceUnavailableError } from '#platform/service-unavailable';

const rowSchema = z.object({
  document_id: z.string().nullable(),
  score: z.number().nullable(),
  model: z.string(),
});

/** `model` made the vectors, `<name>@<version>`; absent where the document has none. */
export type SimilarDocuments = {
  readonly model?: string;
  readonly similar: { documentId: string; score: number }[];
};

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
): Promise<SimilarDocuments> {
  try {
    const { rows } = await db.execute(sql`
      SELECT this.model, other.document_id, 1 - (other.embedding <=> this.embedding) AS score
      FROM read.document_vector this
      LEFT JOIN read.document_vector other
        ON other.case_id = this.case_id AND other.model = this.model AND other.document_id <> this.document_id
      WHERE this.document_id = ${documentId} AND this.case_id = ${caseId}
      ORDER BY other.embedding <=> this.embedding, other.document_id
      LIMIT ${limit}`);
    const found = z.array(rowSchema).parse(rows);
    return {
      ...(found[0] && { model: found[0].model }),
      similar: found.flatMap(({ document_id: other, score }) =>
        other !== null && score !== null && score >= minScore ? [{ documentId: other, score }] : [],
      ),
    };
  } catch (error) {
    if (isTransientPostgresError(error))
      throw new ServiceUnavailableError('Postgres is away.', { cause: error });
    throw error;
  }
}
