import neo4j from 'neo4j-driver';
import { z } from 'zod';
import type { Fact } from '#domain/report/facts';
import { inLiveGraph } from '../queries/live-graph.ts';
import { lastEvents } from './document-facts.ts';
import { count, cut, eventLink, fact, type Sources } from './gathered.ts';

const mostUnread = 3;
/** Pairs looked at, at the most: a large case has more, and the closest are among the first. */
const mostPairs = 5000;

const viewedInCase = `
  MATCH (:CaseFile {id: $id})<-[:IN_CASE]-(d:Document)<-[:VIEWED]-(:User)
  RETURN DISTINCT d.documentId AS documentId
  LIMIT $limit`;
const similarInCase = `
  MATCH (:CaseFile {id: $id})<-[:IN_CASE]-(d:Document)-[s:SIMILAR_TO]-(o:Document)
  WHERE d.withdrawn = false AND o.withdrawn = false
  RETURN d.documentId AS documentId, d.fileName AS fileName, o.documentId AS other, s.score AS score
  ORDER BY score DESC, documentId, other
  LIMIT $limit`;

const viewedRow = z.object({ documentId: z.string() });
const pairRow = z.object({
  documentId: z.string(),
  fileName: z.string(),
  other: z.string(),
  score: z.number(),
});

/** Documents that nobody has opened though they are like several that somebody has, as of now. */
export async function unreadFacts(sources: Sources): Promise<Fact[]> {
  const { graph, caseId } = sources;
  const limit = neo4j.int(mostPairs);
  const { viewed, pairs } = await inLiveGraph(graph, async (live) => {
    const parameters = { id: live.id(caseId), limit };
    const opened = await live.rows(viewedInCase, parameters, viewedRow);
    return {
      viewed: new Set(opened.map(({ documentId }) => documentId)),
      pairs: opened.length > 0 ? await live.rows(similarInCase, parameters, pairRow) : [],
    };
  });
  const like = Map.groupBy(
    pairs.filter(({ documentId, other }) => !viewed.has(documentId) && viewed.has(other)),
    ({ documentId }) => documentId,
  );
  const closest = [...like.values()]
    .map((each) => ({ ...each[0], read: new Set(each.map(({ other }) => other)).size }))
    .sort((a, b) => b.read - a.read)
    .slice(0, mostUnread);
  const events = await lastEvents(
    sources,
    closest.flatMap(({ documentId }) => documentId ?? []),
    'DocumentUploaded',
  );
  return closest.flatMap(({ documentId = '', fileName = '', read }) => {
    const event = events.get(documentId);
    const text = `“${cut(fileName)}” was never opened, though it is like ${count(read, 'document')} that ${read === 1 ? 'was' : 'were'}.`;
    return fact('unread-document', text, [event && eventLink(event)], cut(fileName));
  });
}
