import { and, eq, ne, type SQL, sql } from 'drizzle-orm';
import type { DocumentStage } from '#domain/document/lifecycle';
import { documentListTables } from '#projections/document-list/table';

const { document } = documentListTables('read');

export type DocumentFilters = {
  /** Part of the file name or title, letter case ignored. */
  readonly q?: string | undefined;
  readonly stage?: DocumentStage | undefined;
  readonly mediaType?: string | undefined;
  readonly tag?: string | undefined;
  readonly topic?: string | undefined;
};
export const facetNames = ['stage', 'mediaType', 'tag', 'topic'] as const;
export type FacetName = (typeof facetNames)[number];

/**
 * The documents of a case that pass the filters. Withdrawn ones pass only where the stage asks for them.
 *
 * @param except a filter to leave out: a facet counts what there would be to choose instead
 */
export function matching(caseId: string, filters: DocumentFilters, except?: FacetName): SQL | undefined {
  const { q } = filters;
  const { stage, mediaType, tag, topic }: DocumentFilters = {
    ...filters,
    ...(except && { [except]: undefined }),
  };
  return and(
    eq(document.caseId, caseId),
    q
      ? sql`(${document.fileName} ILIKE ${containing(q)} OR ${document.extraction} ->> 'title' ILIKE ${containing(q)})`
      : undefined,
    stage ? eq(document.stage, stage) : except === 'stage' ? undefined : ne(document.stage, 'withdrawn'),
    mediaType ? eq(document.mediaType, mediaType) : undefined,
    tag ? sql`${document.tags} @> ${JSON.stringify([tag])}::jsonb` : undefined,
    topic ? sql`${document.topics} @> ${JSON.stringify([topic])}::jsonb` : undefined,
  );
}

/** A LIKE pattern for text anywhere, with the pattern's own signs taken as they are. */
const containing = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
