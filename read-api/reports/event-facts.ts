import { and, count as countOf, desc, eq, inArray, lte, max, min, sql } from 'drizzle-orm';
import type { Fact } from '#domain/report/facts';
import { caseHistoryTables } from '#projections/case-history/table';
import { count, cut, eventLink, fact, listed, period, type Sources } from './gathered.ts';

const { historyEvent } = caseHistoryTables('read');

type TypeTotals = {
  readonly type: string;
  readonly events: number;
  readonly documents: number;
  readonly people: number;
  readonly from: Date;
  readonly to: Date;
};

/** How often each thing happened, and when: the first and the last event of a type stand for all of it. */
export async function eventFacts(sources: Sources, caseName: string): Promise<Fact[]> {
  const totals = await totalsOf(sources);
  const linksOf = async (...types: readonly string[]) => (await newest(sources, types, 3)).map(eventLink);
  const told = async (
    kind: Fact['kind'],
    type: string,
    say: (totals: TypeTotals) => string,
    ...also: readonly string[]
  ) => {
    const its = totals.get(type);
    return its ? fact(kind, say(its), await linksOf(type, ...also)) : [];
  };
  const opened = totals.get('CaseOpened');
  const failed = totals.get('DocumentProcessingFailed');
  return [
    ...(opened
      ? fact(
          'case',
          `The case “${cut(caseName)}” was opened ${period(opened.from, opened.from)}.`,
          await linksOf('CaseOpened'),
        )
      : []),
    ...(await told(
      'uploads',
      'DocumentUploaded',
      ({ documents, from, to, people }) =>
        `${count(documents, 'document')} came to the case ${period(from, to)}${people > 1 ? `, uploaded by ${people} people` : ''}.`,
    )),
    ...(await told('processing', 'DocumentAnalysed', ({ documents }) =>
      failed
        ? `${were(documents)} read and analysed; processing failed ${count(failed.events, 'time')}, of ${count(failed.documents, 'document')}.`
        : `${were(documents)} read and analysed, and none failed.`,
    )),
    ...(await told(
      'withdrawn',
      'DocumentWithdrawn',
      ({ documents }) => `${were(documents)} withdrawn from the case.`,
    )),
    ...(await searches(sources)),
    ...(await told(
      'liked',
      'DocumentLiked',
      ({ documents }) => `${were(documents)} liked by those at work on the case.`,
    )),
    ...(await recommended(totals, linksOf)),
    ...(await told(
      'earlier-report',
      'ReportCompleted',
      ({ events, to }) =>
        `${events === 1 ? '1 report was' : `${events} reports were`} written before, the last ${period(to, to)}.`,
    )),
  ];
}

const were = (documents: number) => `${count(documents, 'document')} ${documents === 1 ? 'was' : 'were'}`;

async function recommended(
  totals: ReadonlyMap<string, TypeTotals>,
  linksOf: (...types: readonly string[]) => Promise<Fact['links']>,
): Promise<Fact[]> {
  const types = ['RecommendationsGenerated', 'RecommendationFollowed', 'RecommendationDismissed'] as const;
  const [generated, followed, dismissed] = types.map((type) => totals.get(type)?.events ?? 0);
  if (!generated) return [];
  const what = [
    followed ? `followed ${count(followed, 'time')}` : 'never followed',
    ...(dismissed ? [`dismissed ${count(dismissed, 'time')}`] : []),
  ];
  return fact(
    'recommended',
    `Documents were recommended ${count(generated, 'time')}, and a recommendation was ${listed(what)}.`,
    await linksOf(...types),
  );
}

async function totalsOf({ db, caseId, position }: Sources): Promise<ReadonlyMap<string, TypeTotals>> {
  const rows = await db
    .select({
      type: historyEvent.type,
      events: countOf(),
      documents: sql<number>`count(DISTINCT ${historyEvent.documentId})::int`,
      people: sql<number>`(count(DISTINCT ${historyEvent.actorId}) FILTER (WHERE ${historyEvent.actorKind} = 'person'))::int`,
      from: min(historyEvent.recordedAt),
      to: max(historyEvent.recordedAt),
    })
    .from(historyEvent)
    .where(and(eq(historyEvent.caseId, caseId), lte(historyEvent.position, position)))
    .groupBy(historyEvent.type);
  return new Map(
    rows.flatMap(({ from, to, ...row }) => (from && to ? [[row.type, { ...row, from, to }] as const] : [])),
  );
}

/** The last events of some types, the newest first. */
export const newest = (
  { db, caseId, position }: Sources,
  types: readonly string[],
  limit: number,
): Promise<(typeof historyEvent.$inferSelect)[]> =>
  db
    .select()
    .from(historyEvent)
    .where(
      and(
        eq(historyEvent.caseId, caseId),
        inArray(historyEvent.type, [...types]),
        lte(historyEvent.position, position),
      ),
    )
    .orderBy(desc(historyEvent.position))
    .limit(limit);

type Searched = { readonly query: string; readonly times: number; readonly id: string; readonly at: string };

/** What was searched for most; of a batch that the timeline keeps cut, what it shows. */
export async function searchedFor({ db, caseId, position }: Sources, limit: number): Promise<Searched[]> {
  const { rows } = await db.execute<Searched>(sql`
    SELECT lower(trim(entry->>'query')) AS query, count(*)::int AS times,
           (array_agg(event_id ORDER BY position DESC))[1] AS id, max(position)::text AS at
    FROM ${historyEvent}, jsonb_array_elements(
      CASE WHEN jsonb_typeof(data->'entries') = 'array' THEN data->'entries' ELSE data->'entries'->'first' END
    ) AS entry
    WHERE case_id = ${caseId} AND position <= ${position} AND type = 'BehaviourRecorded'
      AND entry->>'action' = 'searched' AND trim(entry->>'query') <> ''
    GROUP BY 1 ORDER BY times DESC, query LIMIT ${limit}`);
  return rows;
}

async function searches(sources: Sources): Promise<Fact[]> {
  const found = await searchedFor(sources, 3);
  if (found.length === 0) return [];
  const words = found.map(({ query, times }) => `“${cut(query, 80)}” (${count(times, 'time')})`);
  const links = found.map(({ id, at }) =>
    eventLink({ eventId: id, position: at, type: 'BehaviourRecorded' }),
  );
  return fact('searches', `What was searched for most: ${listed(words)}.`, links);
}
