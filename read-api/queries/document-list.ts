import { asc, desc, type SQL, sql } from 'drizzle-orm';
import type { Database } from '#platform/clients/postgres';
import { documentListTables } from '#projections/document-list/table';
import type { DocumentList } from '../contract.ts';
import { cutPage } from './cut-page.ts';
import { type DocumentFilters, type FacetName, facetNames, matching } from './document-filters.ts';
import { likeOf, summaryColumns, summaryView } from './document-summary.ts';

const { document, documentLike } = documentListTables('read');

export const documentSorts = ['uploaded', 'name', 'size'] as const;
export type DocumentSort = (typeof documentSorts)[number];

/** What each order goes by, and the type of its values in a cursor. */
const orders: Readonly<Record<DocumentSort, { key: SQL; type: SQL }>> = {
  uploaded: { key: sql`${document.uploadedAt}`, type: sql`timestamptz` },
  name: { key: sql`lower(${document.fileName})`, type: sql`text` },
  size: { key: sql`${document.size}`, type: sql`bigint` },
};

/** Where a page ended: the value sorted by, as text, and the document's id, which tells equal values apart. */
export type DocumentPlace = readonly [value: string, documentId: string];

export type DocumentListRequest = {
  readonly caseId: string;
  readonly userId: string;
  readonly filters: DocumentFilters;
  readonly sort: DocumentSort;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly after: DocumentPlace | undefined;
};

/** A page of a case's documents, with how many there are and what else could be chosen. */
export async function listDocuments(
  db: Database,
  request: DocumentListRequest,
): Promise<Omit<DocumentList, 'next'> & { next?: DocumentPlace }> {
  const [page, total, facets] = await Promise.all([
    pageOf(db, request),
    db.$count(document, matching(request.caseId, request.filters)),
    facetsOf(db, request),
  ]);
  return { ...page, total, facets };
}

async function pageOf(db: Database, request: DocumentListRequest) {
  const { caseId, userId, filters, sort, order, limit, after } = request;
  const { key, type } = orders[sort];
  const direction = order === 'asc' ? asc : desc;
  const beyond = order === 'asc' ? sql`>` : sql`<`;
  const rows = await db
    .select({ ...summaryColumns, place: sql<string>`(${key})::text` })
    .from(document)
    .leftJoin(documentLike, likeOf(userId))
    .where(
      sql`${matching(caseId, filters)}${
        after &&
        sql` AND (${key}, ${document.documentId}) ${beyond} (${after[0]}::${type}, ${after[1]}::text)`
      }`,
    )
    .orderBy(direction(key), direction(document.documentId))
    .limit(limit + 1);
  return cutPage(
    rows,
    limit,
    ({ place: _, ...row }) => summaryView(row),
    ({ place, documentId }): DocumentPlace => [place, documentId],
  );
}

/** A value that has one, or many in a JSON list. */
const facetValues: Readonly<Record<FacetName, { value: SQL; from: SQL }>> = {
  stage: { value: sql`${document.stage}`, from: sql`` },
  mediaType: { value: sql`${document.mediaType}`, from: sql`` },
  tag: {
    value: sql`each.value`,
    from: sql`CROSS JOIN LATERAL jsonb_array_elements_text(${document.tags}) AS each`,
  },
  topic: {
    value: sql`each.value`,
    from: sql`CROSS JOIN LATERAL jsonb_array_elements_text(${document.topics}) AS each`,
  },
};

/** Values shown of each facet, the most frequent first. */
const longestFacet = 50;

async function facetsOf(db: Database, { caseId, filters }: DocumentListRequest) {
  const counts = facetNames.map((name) => {
    const { value, from } = facetValues[name];
    return sql`(SELECT ${name}::text AS facet, ${value} AS value, count(*)::int AS count
      FROM ${document} ${from} WHERE ${matching(caseId, filters, name)}
      GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT ${longestFacet})`;
  });
  const { rows } = await db.execute<{ facet: FacetName; value: string; count: number }>(
    sql`${sql.join(counts, sql` UNION ALL `)} ORDER BY count DESC, value`,
  );
  const facets: DocumentList['facets'] = { stage: [], mediaType: [], tag: [], topic: [] };
  for (const { facet, value, count } of rows) facets[facet].push({ value, count });
  return facets;
}
