import { z } from 'zod';
import type { LiveGraph } from '../queries/live-graph.ts';
import { mergedGroups, shownAs } from '../queries/merged-entities.ts';
import { type Link, type PageRanks, pageRank } from './page-rank.ts';

const ofCase = `d.caseId = $caseId AND d.withdrawn = false AND d.id > $start AND d.id < $end`;

const documents = `MATCH (d:Document) WHERE ${ofCase} RETURN d.documentId AS documentId`;
const mentions = `
  MATCH (d:Document)-[m:MENTIONS]->(e:Entity) WHERE ${ofCase}
  RETURN d.documentId AS documentId, e.entityId AS other, m.times AS amount`;
const topics = `
  MATCH (d:Document)-[a:ABOUT]->(t:Topic) WHERE ${ofCase}
  RETURN d.documentId AS documentId, t.label AS other, a.score AS amount`;
const similar = `
  MATCH (d:Document)-[s:SIMILAR_TO]->(o:Document) WHERE ${ofCase} AND o.withdrawn = false
  RETURN d.documentId AS documentId, o.documentId AS other, s.score AS amount`;
const likes = `
  MATCH (u:User)-[:LIKED]->(d:Document) WHERE ${ofCase}
  RETURN d.documentId AS documentId, u.userId AS other`;
const views = `
  MATCH (u:User)-[v:VIEWED]->(d:Document) WHERE ${ofCase}
  RETURN d.documentId AS documentId, u.userId AS other, v.times AS amount`;

const rowSchema = z.object({ documentId: z.string(), other: z.string() });
const weighedSchema = rowSchema.extend({ amount: z.number() });

/** Who of the case has looked at a document, and who likes it. */
export type Attention = { readonly likes: readonly string[]; readonly viewers: readonly string[] };

/** Reads who looked at and liked the documents of a case; documents that nobody noticed are missing. */
export async function attentionIn(live: LiveGraph, caseId: string): Promise<ReadonlyMap<string, Attention>> {
  const parameters = { caseId, ...live.range };
  const liked = Map.groupBy(await live.rows(likes, parameters, rowSchema), ({ documentId }) => documentId);
  const viewed = Map.groupBy(await live.rows(views, parameters, rowSchema), ({ documentId }) => documentId);
  const people = (rows: readonly z.infer<typeof rowSchema>[] = []) => rows.map(({ other }) => other);
  return new Map(
    [...new Set([...liked.keys(), ...viewed.keys()])].map((documentId) => [
      documentId,
      { likes: people(liked.get(documentId)), viewers: people(viewed.get(documentId)) },
    ]),
  );
}

/** Saying or looking at something ten times is more than once, but not ten times as much. */
const damped = (times: number) => 1 + Math.log(Math.max(1, times));

/**
 * The PageRank of each document of a case, in the network of its documents, the entities and topics they share, what is like
 * what, and the people who looked at and liked them. Entities that a person merged are one.
 */
export async function rankDocuments(
  live: LiveGraph,
  caseId: string,
): Promise<{ ranks: ReadonlyMap<string, number>; rounds: number }> {
  const parameters = { caseId, ...live.range };
  const groups = await mergedGroups(live, caseId);
  const numbers = new Map<string, number>();
  const numberOf = (kind: string, id: string) => {
    const key = `${kind}:${id}`;
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  };
  const listed = await live.rows(documents, parameters, z.object({ documentId: z.string() }));
  for (const { documentId } of listed) numberOf('document', documentId);
  const links: Link[] = [];
  const add = (documentId: string, kind: string, other: string, weight: number) => {
    if (weight > 0) links.push({ from: numberOf('document', documentId), to: numberOf(kind, other), weight });
  };
  for (const { documentId, other, amount } of await live.rows(mentions, parameters, weighedSchema))
    add(documentId, 'entity', shownAs(groups, other), damped(amount));
  for (const { documentId, other, amount } of await live.rows(topics, parameters, weighedSchema))
    add(documentId, 'topic', other, amount);
  for (const { documentId, other, amount } of await live.rows(similar, parameters, weighedSchema))
    add(documentId, 'document', other, amount);
  for (const { documentId, other } of await live.rows(likes, parameters, rowSchema))
    add(documentId, 'user', other, 1);
  for (const { documentId, other, amount } of await live.rows(views, parameters, weighedSchema))
    add(documentId, 'user', other, damped(amount));

  const { ranks, rounds }: PageRanks = pageRank(numbers.size, links);
  return {
    ranks: new Map(
      listed.map(({ documentId }) => [documentId, ranks[numberOf('document', documentId)] ?? 0]),
    ),
    rounds,
  };
}
