import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import type { CasefoldEvent } from '#domain/registry';
import type { Clients } from '#engines/connect';
import type { EventStore } from '#platform/event-store';
import { derivedId } from '#platform/ids';

const stages = [
  'DocumentUploaded',
  'DocumentTextExtracted',
  'DocumentAnalysed',
  'SimilarDocumentsFound',
] as const;

/** Whose work an event is, by the name of the stage. */
const reactions: Readonly<Record<string, string>> = {
  DocumentTextExtracted: 'extracting',
  DocumentAnalysed: 'analysing',
  SimilarDocumentsFound: 'linking',
};

/**
 * The id of what a reactor writes follows from the event it reacts to, so that a second run writes the same event. The
 * decider refuses a stage that is over as well, so only the id shows whether this guard stands.
 */
const isDerived = ({ id, type, stream, metadata }: RecordedEvent): boolean => {
  const stage = reactions[type];
  if (!stage) return true;
  const commandId = derivedId('reaction', stage, metadata.causationId, '');
  return id === derivedId('event', commandId, stream, '0');
};

/** How much there is of everything. */
type Amounts = Record<string, number>;
type DataOf<Type extends DocumentEvent['type']> = Extract<DocumentEvent, { type: Type }>['data'];

/**
 * What a log of documents that all became ready says.
 *
 * @returns what is wrong with it, how often each document was viewed, and how much of everything its read models must
 *   hold if each event takes effect exactly once
 */
export async function logOf(store: EventStore) {
  const wrong: string[] = [];
  const ids = new Set<string>();
  const byStream = new Map<string, string[]>();
  const views = new Map<string, number>();
  const entities = new Set<string>();
  const topics = new Set<string>();
  const rows: Amounts = {};
  const add = (what: string, count: number) => {
    rows[what] = (rows[what] ?? 0) + count;
  };

  for await (const recorded of store.readAll()) {
    const event = recorded as typeof recorded & CasefoldEvent;
    if (ids.has(event.id)) wrong.push(`event ${event.id} is there twice`);
    if (!isDerived(event)) wrong.push(`${event.type} ${event.id} does not follow from its cause`);
    ids.add(event.id);
    byStream.set(event.stream, [...(byStream.get(event.stream) ?? []), event.type]);
    if (event.metadata.caseId) add('timeline entries', 1);
    switch (event.type) {
      case 'DocumentTextExtracted':
        add('passages', event.data.structure.passages);
        add('passage vectors', event.data.structure.passages);
        break;
      case 'DocumentAnalysed':
        addAnalysis(event.data, entities, topics, add);
        break;
      case 'SimilarDocumentsFound':
        add('similarities', event.data.similar.length);
        break;
      case 'BehaviourRecorded':
        for (const { action, documentId } of event.data.entries) {
          if (action === 'viewed' && documentId) views.set(documentId, (views.get(documentId) ?? 0) + 1);
        }
    }
  }

  const documents = [...byStream].filter(([stream]) => stream.startsWith('document-'));
  for (const [stream, types] of documents) {
    for (const type of [...stages, 'DocumentLiked']) {
      const count = types.filter((each) => each === type).length;
      if (count !== 1) wrong.push(`${stream} has ${count} ${type}`);
    }
    if (types.length !== stages.length + 1) wrong.push(`${stream} has ${types.join(', ')}`);
  }
  for (const what of [
    'documents',
    'jobs',
    'document vectors',
    'document nodes',
    'documents in the case',
    'likes',
  ]) {
    rows[what] = documents.length;
  }
  rows.views = rows['views counted'] = [...views.values()].reduce((sum, count) => sum + count, 0);
  rows.entities = entities.size;
  rows.topics = topics.size;
  return { wrong, views, rows };
}

function addAnalysis(
  data: DataOf<'DocumentAnalysed'>,
  entities: Set<string>,
  topics: Set<string>,
  add: (what: string, count: number) => void,
): void {
  for (const { entityId } of data.entities) entities.add(entityId);
  for (const { label } of data.topics) topics.add(`${data.caseId} ${label}`);
  add('mentions', new Set(data.entities.map(({ entityId }) => entityId)).size);
  add('documents about topics', new Set(data.topics.map(({ label }) => label)).size);
}

/** How much of everything the read models hold. */
export async function rowsOf({ postgres, graph, cache }: Clients): Promise<Amounts> {
  const rows: Amounts = {};
  const counts = {
    'timeline entries': 'SELECT count(*)::int AS n FROM read.history_event',
    documents: 'SELECT count(*)::int AS n FROM read.document',
    passages: 'SELECT count(*)::int AS n FROM read.passage',
    'passage vectors': 'SELECT count(*)::int AS n FROM read.passage_vector',
    'document vectors': 'SELECT count(*)::int AS n FROM read.document_vector',
    'views counted': "SELECT sum(count)::int AS n FROM read.activity_day WHERE metric = 'viewed'",
    likes: 'SELECT sum(likes)::int AS n FROM read.document',
  };
  for (const [what, query] of Object.entries(counts)) {
    const { rows: found } = await postgres.pool.query<{ n: number }>(query);
    rows[what] = found[0]?.n ?? -1;
  }
  const matches = {
    'document nodes': 'MATCH (n:Document) RETURN count(n) AS n',
    'documents in the case': 'MATCH (:Document)-[r:IN_CASE]->(:CaseFile) RETURN count(r) AS n',
    entities: 'MATCH (n:Entity) RETURN count(n) AS n',
    topics: 'MATCH (n:Topic) RETURN count(n) AS n',
    mentions: 'MATCH (:Document)-[r:MENTIONS]->(:Entity) RETURN count(r) AS n',
    'documents about topics': 'MATCH (:Document)-[r:ABOUT]->(:Topic) RETURN count(r) AS n',
    similarities: 'MATCH (:Document)-[r:SIMILAR_TO]->(:Document) RETURN count(r) AS n',
    views: 'MATCH (:User)-[r:VIEWED]->(:Document) RETURN sum(r.times) AS n',
  };
  for (const [what, statement] of Object.entries(matches)) {
    const { records } = await graph.executeQuery(statement);
    rows[what] = Number(records[0]?.get('n') ?? -1);
  }
  rows.jobs = (await cache.keys('job-status:')).filter((key) => key.includes(':job:')).length;
  return rows;
}
