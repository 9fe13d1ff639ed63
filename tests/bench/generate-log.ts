import { createHash } from 'node:crypto';
import { documentStream } from '#domain/document/decider';
import type { CasefoldEvent } from '#domain/registry';
import type { EventStore, NewEvent } from '#platform/event-store';
import { derivedId, documentIdOf } from '#platform/ids';
import { seededRandom } from '../support/random.ts';
import { rateOf } from './measure.ts';

/** The events of one stream, in order. */
type GeneratedStream = { readonly stream: string; readonly events: readonly NewEvent[] };

const documentsPerCase = 500;
const model = { name: 'bench', version: '1', digest: '0'.repeat(64), kind: 'built-in' } as const;
const words =
  'agreement party notice term payment fee licence service product territory confidential liability law breach'.split(
    ' ',
  );

/**
 * Writes a log as a busy archive has it: documents that went through the pipeline, some liked, tagged, or withdrawn.
 * Sizes are those of the demo case (nearly 1 kB for most events, 7 kB for an analysis). The same seed gives the same log.
 *
 * @param count how many events, about
 * @returns how many events were written
 */
export async function generateLog(store: EventStore, count: number, seed = 1): Promise<number> {
  const streams = [...generateStreams(count, seed)];
  await rateOf(streams.length, 32, async (index) => {
    const { stream, events } = streams[index] ?? { stream: '', events: [] };
    await store.append(stream, events, 'no-stream');
  });
  return streams.reduce((sum, { events }) => sum + events.length, 0);
}

function* generateStreams(count: number, seed: number): Generator<GeneratedStream> {
  const random = seededRandom(seed);
  let caseId = '';
  for (let written = 0, document = 0; written < count; document++) {
    if (document % documentsPerCase === 0) {
      caseId = derivedId('bench-case', String(seed), String(document));
      const name = `Case ${document / documentsPerCase + 1}`;
      yield streamOf(`case-${caseId}`, caseId, [{ type: 'CaseOpened', data: { caseId, name } }]);
      written++;
    }
    const documentId = documentIdOf(caseId, sha256(`${seed} ${document}`));
    const events = lifeOf(documentId, caseId, document, random);
    yield streamOf(documentStream(documentId), caseId, events);
    written += events.length;
  }
}

/** What happens to one document, from its upload on. */
function lifeOf(documentId: string, caseId: string, number: number, random: () => number): CasefoldEvent[] {
  const ids = { documentId, caseId };
  const characters = 5_000 + Math.floor(random() * 60_000);
  const text = sha256(`text ${number}`);
  const passages = Math.ceil(characters / 1200);
  const provenance = { model, parameters: {}, inputs: [text] };
  const events: CasefoldEvent[] = [
    {
      type: 'DocumentUploaded',
      data: {
        ...ids,
        fileName: `${sentence(random, 6)}.pdf`,
        sha256: sha256(`${number}`),
        size: characters * 4,
        mediaType: 'application/pdf',
      },
    },
    {
      type: 'DocumentTextExtracted',
      data: {
        ...ids,
        mediaType: 'application/pdf',
        text: { sha256: text, characters },
        structure: {
          sha256: sha256(`structure ${number}`),
          pages: Math.ceil(characters / 3000),
          sections: 20,
          passages,
        },
        title: sentence(random, 8),
        language: 'en',
        attachments: [],
        extractor: { name: 'bench', version: '1' },
        warnings: [],
      },
    },
    {
      type: 'DocumentAnalysed',
      data: {
        ...ids,
        summary: Array.from({ length: 5 }, (_, index) => ({
          start: index * 300,
          end: index * 300 + 250,
          text: sentence(random, 35),
        })),
        topics: Array.from({ length: 8 }, (_, index) => ({
          label: sentence(random, 2),
          score: 1 - index / 10,
        })),
        entities: Array.from({ length: 25 }, () => entity(caseId, characters, random)),
        provenance,
      },
    },
    {
      type: 'SimilarDocumentsFound',
      data: {
        ...ids,
        similar: Array.from({ length: 5 }, () => ({
          documentId: derivedId('bench', String(random())),
          score: random(),
        })),
        provenance,
      },
    },
  ];
  for (let user = 0; random() < 0.6 && user < 5; user++)
    events.push({ type: 'DocumentLiked', data: { ...ids, userId: `user-${user}` } });
  if (random() < 0.5)
    events.push({ type: 'DocumentTagged', data: { ...ids, tags: [sentence(random, 1), 'reviewed'] } });
  if (random() < 0.05)
    events.push({ type: 'DocumentWithdrawn', data: { ...ids, reason: sentence(random, 5) } });
  return events;
}

function entity(caseId: string, characters: number, random: () => number) {
  const name = sentence(random, 2);
  const mentions = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
    const start = Math.floor(random() * characters);
    return { start, end: start + name.length };
  });
  return { entityId: derivedId('bench', caseId, name), name, kind: 'organisation' as const, mentions };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const sentence = (random: () => number, length: number) =>
  Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(' ');

function streamOf(stream: string, caseId: string, events: readonly CasefoldEvent[]): GeneratedStream {
  const actor = { kind: 'person', id: 'owner' } as const;
  const occurredAt = '2026-01-01T12:00:00.000Z';
  return {
    stream,
    events: events.map((event, index) => {
      const id = derivedId('bench', stream, String(index));
      return { ...event, id, metadata: { caseId, actor, correlationId: id, causationId: id, occurredAt } };
    }),
  };
}
