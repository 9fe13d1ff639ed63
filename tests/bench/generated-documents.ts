import type { DocumentEvent, Provenance } from '#domain/document/events';
import { derivedId, entityIdOf } from '#platform/ids';
import { generatedTexts, sentence, sha256 } from './generated-texts.ts';

export type DocumentIds = { readonly documentId: string; readonly caseId: string };
type Random = () => number;

const model = { name: 'bench', version: '1', digest: '0'.repeat(64), kind: 'built-in' } as const;
const texts = generatedTexts();

/** One document in so many fails once and is asked for again. */
const failing = 40;

/**
 * What the pipeline makes of a document, from its upload on. Sizes are those of the demo case: nearly 1 kB for most
 * events, 7 kB for an analysis.
 */
export function* lifeOf(ids: DocumentIds, number: number, random: Random): Generator<DocumentEvent> {
  const characters = 5_000 + Math.floor(random() * 60_000);
  const text = texts[number % texts.length];
  if (!text) throw new RangeError(`There is no text ${number}.`);
  const provenance = { model, parameters: {}, inputs: [text.text.sha256] };
  yield {
    type: 'DocumentUploaded',
    data: {
      ...ids,
      fileName: `${sentence(random, 6)}.pdf`,
      sha256: sha256(String(number)),
      size: characters * 4,
      mediaType: 'application/pdf',
    },
  };
  if (random() * failing < 1) {
    const stage = 'extracting';
    const message = 'The file could not be read within 60 seconds.';
    yield { type: 'DocumentProcessingFailed', data: { ...ids, stage, reason: 'timeout', message } };
    yield { type: 'DocumentReprocessingRequested', data: { ...ids, from: stage } };
  }
  yield {
    type: 'DocumentTextExtracted',
    data: {
      ...ids,
      mediaType: 'application/pdf',
      text: text.text,
      structure: text.structure,
      title: sentence(random, 8),
      language: 'en',
      attachments: [],
      extractor: { name: 'bench', version: '1' },
      warnings: [],
    },
  };
  yield {
    type: 'DocumentAnalysed',
    data: { ...ids, ...analysis(ids.caseId, characters, random), provenance },
  };
  yield { type: 'SimilarDocumentsFound', data: { ...ids, similar: similar(random), provenance } };
}

function analysis(caseId: string, characters: number, random: Random) {
  const summary = Array.from({ length: 5 }, (_, index) => ({
    start: index * 300,
    end: index * 300 + 250,
    text: sentence(random, 35),
  }));
  const topics = Array.from({ length: 8 }, (_, index) => ({
    label: sentence(random, 2),
    score: 1 - index / 10,
    mentions: [],
  }));
  const entities = Array.from({ length: 25 }, () => entity(caseId, characters, random));
  return { summary, topics, entities, relations: [] } satisfies Partial<Analysed>;
}
type Analysed = Extract<DocumentEvent, { type: 'DocumentAnalysed' }>['data'] & { provenance: Provenance };

function entity(caseId: string, characters: number, random: Random) {
  const name = sentence(random, 2);
  const mentions = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
    const start = Math.floor(random() * characters);
    return { start, end: start + name.length };
  });
  const kind = 'organisation' as const;
  return { entityId: entityIdOf(caseId, kind, name), name, kind, mentions };
}

const similar = (random: Random) =>
  Array.from({ length: 5 }, () => ({
    documentId: derivedId('bench', String(random())),
    score: random(),
  }));

/** What a person does with a document that is there; undoes a like of their own only. */
export function reactionTo(
  ids: DocumentIds,
  userId: string,
  likes: Set<string>,
  random: Random,
): DocumentEvent {
  const chance = random();
  const like = `${ids.documentId} ${userId}`;
  if (chance < 0.25) {
    const tags = [sentence(random, 1), 'reviewed'];
    return { type: 'DocumentTagged', data: { ...ids, tags } };
  }
  if (chance < 0.28) return { type: 'DocumentWithdrawn', data: { ...ids, reason: sentence(random, 5) } };
  if (likes.delete(like)) return { type: 'DocumentUnliked', data: { ...ids, userId } };
  likes.add(like);
  return { type: 'DocumentLiked', data: { ...ids, userId } };
}
