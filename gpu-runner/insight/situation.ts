import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Situation, SituationRequest } from '#domain/insight/analysis';
import type { NextBestAction } from '#domain/insight/events';
import type { Database } from '#platform/clients/postgres';

const documentRow = z.object({
  document_id: z.string(),
  file_name: z.string(),
  topics: z.array(z.string()),
  stage: z.string(),
  known: z.boolean(),
});
type DocumentRow = z.infer<typeof documentRow>;

/** Documents of a case that are looked at: the newest. */
const mostDocuments = 2000;
/** Of the documents in hand, those that what is alike is looked for. */
const mostInHand = 3;
/** Below this, two texts have hardly a word in common. */
const minScore = 0.05;

/**
 * What there is to do in a case for one person, from the read models: unread documents like those in hand, what they
 * looked for as a question, topics of what they read, documents that failed, a report.
 */
export async function situationOf(db: Database, request: SituationRequest): Promise<Situation> {
  const rows = await documentsOf(db, request);
  const byId = new Map(rows.map((row) => [row.document_id, row]));
  const inHand = request.documentIds.flatMap((id) => byId.get(id) ?? []);
  const candidates = [
    ...(await unreadLike(db, inHand, byId, request)),
    ...questionsFrom(request.queries),
    ...topicsOf(inHand, request.queries),
    ...reportOf(rows),
    ...failedOf(rows),
    ...unread(rows),
    ...uploadTo(rows),
  ];
  return {
    documents: inHand.map(({ document_id: documentId, file_name: fileName, topics }) => ({
      documentId,
      fileName,
      topics,
    })),
    candidates: distinct(candidates).slice(0, 12),
  };
}

async function documentsOf(db: Database, { caseId, userId }: SituationRequest): Promise<DocumentRow[]> {
  const { rows } = await db.execute(sql`
    SELECT d.document_id, d.file_name, d.topics, d.stage, i.document_id IS NOT NULL AS known
    FROM read.document d
    LEFT JOIN read.user_interest i ON i.document_id = d.document_id AND i.user_id = ${userId}
    WHERE d.case_id = ${caseId} AND d.stage <> 'withdrawn'
    ORDER BY d.uploaded_at DESC, d.document_id LIMIT ${mostDocuments}`);
  return z.array(documentRow).parse(rows);
}

const read = (row: DocumentRow, reason: string): NextBestAction => ({
  action: 'read-document',
  label: `Read ${row.file_name}`,
  reason,
  documentId: row.document_id,
});

async function unreadLike(
  db: Database,
  inHand: readonly DocumentRow[],
  byId: ReadonlyMap<string, DocumentRow>,
  { userId }: SituationRequest,
): Promise<NextBestAction[]> {
  const found: NextBestAction[] = [];
  for (const row of inHand.slice(0, mostInHand)) {
    const { rows } = await db.execute(sql`
      SELECT other.document_id
      FROM read.document_vector this
      JOIN read.document_vector other
        ON other.case_id = this.case_id AND other.model = this.model AND other.document_id <> this.document_id
      LEFT JOIN read.user_interest i ON i.document_id = other.document_id AND i.user_id = ${userId}
      WHERE this.document_id = ${row.document_id} AND i.document_id IS NULL
        AND 1 - (other.embedding <=> this.embedding) >= ${minScore}
      ORDER BY other.embedding <=> this.embedding, other.document_id LIMIT 2`);
    for (const { document_id } of z.array(z.object({ document_id: z.string() })).parse(rows)) {
      const other = byId.get(document_id);
      if (other) found.push(read(other, `It is much like ${row.file_name}, and you have not opened it.`));
    }
  }
  return found;
}

const questionsFrom = (queries: readonly string[]): NextBestAction[] =>
  queries.slice(0, 2).map((query) => ({
    action: 'ask-question',
    label: `Ask what the case says about “${query}”`,
    reason: 'You searched for it: an answer cites the passages that say it.',
    query: query.endsWith('?') ? query : `What does the case say about ${query}?`,
  }));

function topicsOf(inHand: readonly DocumentRow[], queries: readonly string[]): NextBestAction[] {
  const asked = queries.map((query) => query.toLowerCase());
  return inHand.slice(0, mostInHand).flatMap(({ topics, file_name: fileName }) => {
    const topic = topics.find((each) => !asked.some((query) => query.includes(each.toLowerCase())));
    return topic
      ? [
          {
            action: 'search' as const,
            label: `Search the case for “${topic}”`,
            reason: `${fileName} is about it.`,
            query: topic,
          },
        ]
      : [];
  });
}

function reportOf(rows: readonly DocumentRow[]): NextBestAction[] {
  const ready = rows.filter(({ stage }) => stage === 'ready');
  const known = ready.filter((row) => row.known).length;
  if (known < 3) return [];
  const reason = `You have looked at ${known} of the ${ready.length} documents: a report puts together what came of it.`;
  return [{ action: 'generate-report', label: 'Make the report of the case', reason }];
}

function failedOf(rows: readonly DocumentRow[]): NextBestAction[] {
  const failed = rows.filter(({ stage }) => stage === 'failed');
  const [first] = failed;
  if (!first) return [];
  const others = failed.length > 1 ? ` and ${failed.length - 1} more` : '';
  return [
    {
      action: 'review-failed',
      label: `Look at why ${first.file_name}${others} failed`,
      reason: 'What could not be read is missing from every search and answer.',
      documentId: first.document_id,
    },
  ];
}

const unread = (rows: readonly DocumentRow[]): NextBestAction[] =>
  rows
    .filter(({ stage, known }) => stage === 'ready' && !known)
    .slice(0, 2)
    .map((row) => read(row, 'It is among the newest of the case, and you have not opened it.'));

const uploadTo = (rows: readonly DocumentRow[]): NextBestAction[] =>
  rows.length < 3
    ? [
        {
          action: 'upload',
          label: 'Add documents to the case',
          reason: `There ${rows.length === 1 ? 'is 1 document' : `are ${rows.length} documents`} in it so far.`,
        },
      ]
    : [];

/** The first of those that say the same. */
function distinct(candidates: readonly NextBestAction[]): NextBestAction[] {
  const keyOf = ({ action, documentId = '', query = '' }: NextBestAction) =>
    `${action} ${documentId} ${query.toLowerCase()}`;
  return [...new Map(candidates.toReversed().map((each) => [keyOf(each), each])).values()].reverse();
}
