import neo4j from 'neo4j-driver';
import { z } from 'zod';
import { relationKindSchema, spanSchema } from '#domain/document/events';
import type { ClaimLink } from '#domain/report/events';
import type { Fact } from '#domain/report/facts';
import { inLiveGraph, type LiveGraph } from '../queries/live-graph.ts';
import { searchedFor } from './event-facts.ts';
import { count, cut, fact, type Sources } from './gathered.ts';
import { passageLink } from './passage-links.ts';
import { isSpokenOf } from './spoken-of.ts';

const [mostEntities, mostUnasked, mostTopics, mostRelations] = [8, 3, 4, 5];
/** Documents that show one entity or topic. */
const mostPlaces = 3;
/** Sentences that show relations, at the most: a large case has more. */
const mostStatements = 2000;
/** Named in fewer documents, nobody need have asked about it. */
const leastDocuments = 2;

const entitiesOfCase = `
  MATCH (:CaseFile {id: $id})<-[:IN_CASE]-(d:Document)-[m:MENTIONS]->(e:Entity)
  WHERE d.withdrawn = false AND e.kind IN ['person', 'organisation', 'place', 'law']
  OPTIONAL MATCH (e)-[:MERGED_INTO]->(o:Entity)
  RETURN coalesce(o.id, e.id) AS node, coalesce(o.name, e.name) AS name, coalesce(o.kind, e.kind) AS kind,
         sum(m.times) AS times, count(DISTINCT d.id) AS documents
  ORDER BY documents DESC, times DESC, name
  LIMIT $limit`;

const placesOfEntity = `
  MATCH (:CaseFile {id: $id})<-[:IN_CASE]-(d:Document)-[m:MENTIONS]->(e:Entity)
  WHERE d.withdrawn = false AND e.id = $node
  RETURN d.documentId AS documentId, d.fileName AS fileName, m.mentions AS mentions
  ORDER BY m.times DESC, documentId
  LIMIT $limit`;

const topicsOfCase = `
  MATCH (:CaseFile {id: $id})<-[:IN_CASE]-(d:Document)-[a:ABOUT]->(t:Topic)
  WHERE d.withdrawn = false
  RETURN t.id AS node, t.label AS label, count(d.id) AS documents, sum(a.score) AS weight
  ORDER BY documents DESC, weight DESC, label
  LIMIT $limit`;

const placesOfTopic = `
  MATCH (:CaseFile {id: $id})<-[:IN_CASE]-(d:Document)-[a:ABOUT]->(t:Topic)
  WHERE d.withdrawn = false AND t.id = $node
  RETURN d.documentId AS documentId, d.fileName AS fileName, a.mentions AS mentions
  ORDER BY a.score DESC, documentId
  LIMIT $limit`;

const relationsOfCase = `
  MATCH (:CaseFile {id: $id})<-[:IN_CASE]-(d:Document)-[s:STATES]->(r:Relation),
        (a:Entity)-[:RELATION_OF]->(r)-[:RELATION_TO]->(b:Entity)
  WHERE d.withdrawn = false
  RETURN r.id AS relation, r.kind AS kind, a.name AS ofName, b.name AS toName,
         d.documentId AS documentId, d.fileName AS fileName, s.sentence AS sentence
  ORDER BY relation, documentId
  LIMIT $limit`;

const entityRow = z.object({
  node: z.string(),
  name: z.string(),
  kind: z.string(),
  documents: z.number(),
  times: z.number(),
});
const topicRow = z.object({ node: z.string(), label: z.string(), documents: z.number() });
const placeRow = z.object({ documentId: z.string(), fileName: z.string(), mentions: z.string() });
const relationRow = z.object({
  relation: z.string(),
  kind: relationKindSchema,
  ofName: z.string(),
  toName: z.string(),
  documentId: z.string(),
  fileName: z.string(),
  sentence: z.string(),
});
const mentionsSchema = z.array(spanSchema);

/** Who and what the documents name most, what they are about, and how those named stand to each other, as of now. */
export const graphFacts = (sources: Sources, asked: readonly string[]): Promise<Fact[]> =>
  inLiveGraph(sources.graph, async (live) => [
    ...(await entityFacts(sources, live, asked)),
    ...(await relationFacts(sources, live)),
    ...(await topicFacts(sources, live)),
  ]);

async function entityFacts(sources: Sources, live: LiveGraph, asked: readonly string[]): Promise<Fact[]> {
  const limit = neo4j.int(4 * mostEntities);
  const rows = await live.rows(entitiesOfCase, { id: live.id(sources.caseId), limit }, entityRow);
  const spoken = [...asked, ...(await searchedFor(sources, 200)).map(({ query }) => query)]
    .join('\n')
    .toLowerCase();
  const facts: Fact[] = [];
  for (const { node, name, kind, documents, times } of rows.slice(0, mostEntities)) {
    const text = `The ${kind} “${cut(name, 120)}” is named ${count(times, 'time')}, in ${count(documents, 'document')}.`;
    facts.push(...fact('entity', text, await linksTo(sources, live, placesOfEntity, node), cut(name, 120)));
  }
  const unasked = rows
    .filter(
      ({ kind, name, documents }) =>
        kind !== 'law' && documents >= leastDocuments && !isSpokenOf(name, spoken),
    )
    .slice(0, mostUnasked);
  for (const { node, name, documents } of unasked) {
    const text = `“${cut(name, 120)}” is named in ${count(documents, 'document')}, and nobody has asked or searched for it.`;
    facts.push(
      ...fact('unasked-entity', text, await linksTo(sources, live, placesOfEntity, node), cut(name, 120)),
    );
  }
  return facts;
}

async function topicFacts(sources: Sources, live: LiveGraph): Promise<Fact[]> {
  const parameters = { id: live.id(sources.caseId), limit: neo4j.int(mostTopics) };
  const rows = await live.rows(topicsOfCase, parameters, topicRow);
  const facts: Fact[] = [];
  for (const { node, label, documents } of rows) {
    const text = `“${cut(label, 120)}” is among the main topics of ${count(documents, 'document')}.`;
    facts.push(...fact('topic', text, await linksTo(sources, live, placesOfTopic, node), cut(label, 120)));
  }
  return facts;
}

async function linksTo(
  { db, caseId }: Sources,
  live: LiveGraph,
  statement: string,
  node: string,
): Promise<(ClaimLink | undefined)[]> {
  const parameters = { id: live.id(caseId), node, limit: neo4j.int(mostPlaces) };
  const rows = await live.rows(statement, parameters, placeRow);
  return Promise.all(
    rows.map(({ documentId, fileName, mentions }) => {
      const [first] = mentionsSchema.parse(JSON.parse(mentions)).sort((a, b) => a.start - b.start);
      return first && passageLink(db, { documentId, fileName, ...first });
    }),
  );
}

/** What most documents say comes first; of one relation, the sentences of some of them. */
async function relationFacts({ db, caseId }: Sources, live: LiveGraph): Promise<Fact[]> {
  const parameters = { id: live.id(caseId), limit: neo4j.int(mostStatements) };
  const rows = await live.rows(relationsOfCase, parameters, relationRow);
  const found = Map.groupBy(rows, ({ relation }) => relation);
  const strongest = [...found.values()].sort((a, b) => b.length - a.length).slice(0, mostRelations);
  const facts: Fact[] = [];
  for (const [first, ...others] of strongest) {
    if (!first) continue;
    const links = await Promise.all(
      [first, ...others].slice(0, mostPlaces).map(({ documentId, fileName, sentence }) => {
        const span = spanSchema.parse(JSON.parse(sentence));
        return passageLink(db, { documentId, fileName, ...span });
      }),
    );
    const [a, b] = [first.ofName, first.toName].map((name) => `“${cut(name, 120)}”`);
    const text = `${a} ${relationWords[first.kind]} ${b}, as ${count(others.length + 1, 'document')} ${others.length > 0 ? 'say' : 'says'}.`;
    facts.push(...fact('relation', text, links));
  }
  return facts;
}

const relationWords: Readonly<Record<z.infer<typeof relationKindSchema>, string>> = {
  'works-for': 'works for',
  'member-of': 'is a member of',
  leads: 'leads',
  owns: 'owns',
  'located-in': 'is in',
  'same-as': 'is the same as',
  'in-contact-with': 'is in contact with',
  'party-with': 'is party to an agreement with',
  paid: 'paid',
  supports: 'supports',
  opposes: 'opposes',
};
