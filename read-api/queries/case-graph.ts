import neo4j, { type Driver } from 'neo4j-driver';
import { z } from 'zod';
import type { SimilarList } from '../contract.ts';
import { inLiveGraph } from './live-graph.ts';

/** Similar documents shown; each document found five of its own, and later ones may have found it. */
const mostSimilar = 10;

// Likeness has no direction, but its edge does: from the document that came later to the one it was found alike.
const similarDocuments = `
  MATCH (:Document {id: $id})-[s:SIMILAR_TO]-(o:Document)
  WHERE o.withdrawn = false
  RETURN o.documentId AS documentId, o.fileName AS fileName, max(s.score) AS score
  ORDER BY score DESC, documentId
  LIMIT $limit`;

const similarRowSchema = z.object({ documentId: z.string(), fileName: z.string(), score: z.number() });
/** The documents most like this one, the most alike first; withdrawn ones left out. */
export async function similarTo(graph: Driver, documentId: string): Promise<SimilarList> {
  return inLiveGraph(graph, async (live) => {
    const parameters = { id: live.id(documentId), limit: neo4j.int(mostSimilar) };
    return { similar: await live.rows(similarDocuments, parameters, similarRowSchema) };
  });
}
