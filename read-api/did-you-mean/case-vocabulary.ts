import { setImmediate } from 'node:timers/promises';
import { and, eq, max, ne, sql, sum } from 'drizzle-orm';
import type { Driver } from 'neo4j-driver';
import { z } from 'zod';
import type { Database } from '#platform/clients/postgres';
import { documentListTables } from '#projections/document-list/table';
import { documentPassagesTables } from '#projections/document-passages/table';
import { inLiveGraph } from '../queries/live-graph.ts';
import { type Vocabulary, vocabularyOf } from './vocabulary.ts';

const { passage, passageTotals } = documentPassagesTables('read');
const { document } = documentListTables('read');

/** Passages whose words are looked at: those of a larger case are much the same. */
const mostPassages = 5000;
const passagesAtOnce = 250;
const mostNames = 5000;
/** Cases whose vocabulary is kept. */
const keptCases = 8;

const names = `
  MATCH (d:Document)-[:MENTIONS]->(e:Entity)
  WHERE d.caseId = $caseId AND d.withdrawn = false AND d.id > $start AND d.id < $end
    AND e.kind IN ['person', 'organisation', 'place', 'law']
  RETURN e.name AS name, count(d) AS weight`;
const nameSchema = z.object({ name: z.string(), weight: z.number() });

type Kept = { readonly at: string; readonly vocabulary: Promise<Vocabulary> };

/** The vocabulary of cases, read when it is first asked for and kept until the case has other passages. */
export function createVocabularies(db: Database, graph: Driver) {
  const kept = new Map<string, Kept>();
  return async (caseId: string): Promise<Vocabulary> => {
    const at = await stateOf(db, caseId);
    const known = kept.get(caseId);
    kept.delete(caseId);
    const current = known?.at === at ? known : { at, vocabulary: readVocabulary(db, graph, caseId) };
    kept.set(caseId, current);
    for (const oldest of kept.keys()) if (kept.size > keptCases) kept.delete(oldest);
    try {
      return await current.vocabulary;
    } catch (error) {
      if (kept.get(caseId) === current) kept.delete(caseId);
      throw error;
    }
  };
}

async function stateOf(db: Database, caseId: string): Promise<string> {
  const [row] = await db
    .select({ passages: sum(passageTotals.passages), at: max(passageTotals.lastPosition) })
    .from(passageTotals)
    .where(eq(passageTotals.caseId, caseId));
  return `${row?.passages}:${row?.at}`;
}

async function readVocabulary(db: Database, graph: Driver, caseId: string): Promise<Vocabulary> {
  const words = new Map<string, number>();
  let after = '';
  for (let read = 0; read < mostPassages; read += passagesAtOnce) {
    const rows = await db
      .select({ id: passage.passageId, text: passage.text })
      .from(passage)
      .where(and(eq(passage.caseId, caseId), sql`${passage.passageId} > ${after}`))
      .orderBy(passage.passageId)
      .limit(passagesAtOnce);
    for (const { text } of rows) count(text, words);
    const last = rows.at(-1);
    if (!last || rows.length < passagesAtOnce) break;
    after = last.id;
    // Others have their turn: counting words is the processor's work.
    await setImmediate();
  }
  const titles = await db
    .select({ fileName: document.fileName, title: sql<string | null>`${document.extraction} ->> 'title'` })
    .from(document)
    .where(and(eq(document.caseId, caseId), ne(document.stage, 'withdrawn')))
    .limit(mostNames);
  const entities = await inLiveGraph(graph, (live) =>
    live.rows(names, { caseId, ...live.range }, nameSchema),
  );
  const called = titles.flatMap(({ fileName, title }) => (title ? [fileName, title] : [fileName]));
  return vocabularyOf(words, [
    ...entities.sort((a, b) => b.weight - a.weight).slice(0, mostNames),
    ...called.map((name) => ({ name, weight: 1 })),
  ]);
}

function count(text: string, words: Map<string, number>): void {
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu))
    words.set(word, (words.get(word) ?? 0) + 1);
}
