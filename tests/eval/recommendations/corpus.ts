import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createExtractiveAnalyst } from '#gpu-runner/models/builtin/extractive-analyst';
import { createLexicalEmbedder } from '#gpu-runner/models/builtin/lexical-embedder';
import { type Feature, tellingKinds } from '#gpu-runner/recommend/knowledge';

/** Documents as Casefold comes to know them, and the subjects that people may be after, which it does not know of. */
export type Corpus = {
  /** Titles by document. */
  readonly documents: ReadonlyMap<string, string>;
  readonly vectors: ReadonlyMap<string, Float32Array>;
  readonly features: readonly Feature[];
  /** From each document to the five most alike, as linking does. */
  readonly similar: readonly { readonly from: string; readonly to: string; readonly score: number }[];
  readonly subjects: readonly Subject[];
};

/** The documents that people judged to be about something, with how much each draws whoever is after it. */
export type Subject = readonly { readonly documentId: string; readonly pull: number }[];

const linked = 5;
/** Cranfield's grades go from 1, a complete answer, to 4, of minimal interest. */
const highestGrade = 5;
const fewestOfSubject = 5;

/**
 * The Cranfield collection: 1,400 abstracts through the built-in models, and as subjects its queries with the judgements
 * of relevance, made by people and seen by no model.
 */
export async function readCorpus(folder: string): Promise<Corpus> {
  const texts = abstractsIn(readFileSync(join(folder, 'cran.all.1400'), 'utf8'));
  const analyst = createExtractiveAnalyst();
  const embedder = createLexicalEmbedder();
  const features = new Map<string, Mutable<Feature>>();
  const vectors = new Map<string, Float32Array>();
  for (const [documentId, { title, text }] of texts) {
    const passages = [{ index: 0, start: 0, end: text.length }];
    const { topics, entities } = await analyst.analyse({ text, title, passages });
    for (const { label, score } of topics) name('topic', label, documentId, score);
    for (const entity of entities)
      if (tellingKinds.includes(entity.kind))
        name('entity', entity.normalised ?? entity.name, documentId, 1 + Math.log(entity.mentions.length));
    const [vector] = await embedder.embed([text], 'document');
    if (vector) vectors.set(documentId, vector);
  }

  function name(kind: Feature['kind'], id: string, documentId: string, weight: number): void {
    const key = `${kind} ${id.toLowerCase()}`;
    const feature = features.get(key) ?? { kind, id, name: id, documents: [] };
    features.set(key, feature);
    if (!feature.documents.some((each) => each.documentId === documentId))
      feature.documents.push({ documentId, weight });
  }

  return {
    documents: new Map([...texts].map(([documentId, { title }]) => [documentId, title])),
    vectors,
    features: [...features.values()].filter(({ documents }) => documents.length > 1),
    similar: mostAlike(vectors),
    subjects: subjectsIn(readFileSync(join(folder, 'cranqrel'), 'utf8')),
  };
}

type Mutable<F extends Feature> = Omit<F, 'documents'> & { documents: F['documents'][number][] };

function abstractsIn(file: string): Map<string, { title: string; text: string }> {
  const records = file.split(/^\.I (\d+)\n/m).slice(1);
  const texts = new Map<string, { title: string; text: string }>();
  for (let at = 0; at < records.length; at += 2) {
    const [, title = '', text = ''] =
      /^\.T\n([\s\S]*?)^\.A\n[\s\S]*?^\.W\n([\s\S]*)$/m.exec(records[at + 1] ?? '') ?? [];
    const folded = title.replace(/\s+/g, ' ').trim();
    texts.set(records[at] ?? '', { title: folded, text: text.trim() || folded });
  }
  return texts;
}

/** Queries in the order of the file: each line is query, document, grade. */
function subjectsIn(file: string): Subject[] {
  const lines = file
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const byQuery = Map.groupBy(lines, ([query = '']) => query);
  return [...byQuery.values()]
    .map((judged) =>
      judged.flatMap(([, documentId = '', grade]) => {
        const pull = highestGrade - Number(grade);
        return pull > 0 ? [{ documentId, pull }] : [];
      }),
    )
    .filter((subject) => subject.length >= fewestOfSubject);
}

export const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

function mostAlike(vectors: ReadonlyMap<string, Float32Array>): Corpus['similar'] {
  return [...vectors].flatMap(([from, vector]) =>
    [...vectors]
      .filter(([to]) => to !== from)
      .map(([to, other]) => ({ from, to, score: dot(vector, other) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, linked)
      .filter(({ score }) => score > 0),
  );
}
