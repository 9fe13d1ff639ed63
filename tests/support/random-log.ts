import { createHash } from 'node:crypto';
import type { DocumentEvent } from '#domain/document/events';
import type { CasefoldEvent } from '#domain/registry';
import { putText } from '#platform/document-text';
import { entityIdOf } from '#platform/ids';
import type { BlobStore } from '#platform/ports';
import { pick, several } from './random.ts';
import { personalEvent, recommendationEvent } from './random-personal-events.ts';

type Random = () => number;
type Extraction = Pick<
  Extract<DocumentEvent, { type: 'DocumentTextExtracted' }>['data'],
  'text' | 'structure'
>;
type LogEvent = CasefoldEvent & { readonly created: Date };

const cases = ['c1', 'c2'];
const documents = ['d1', 'd2', 'd3', 'd4', 'd5'];
const users = ['ada', 'ben'];
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const provenance = {
  model: { name: 'm', version: '1', digest: hash('m'), kind: 'built-in' as const },
  parameters: {},
  inputs: [],
};

/** Texts of no, one, and several passages, in a blob store. */
export async function putTexts(blobs: BlobStore): Promise<readonly Extraction[]> {
  const texts = [[], ['The licence ends.'], ['Notice of breach.', 'Payment is due.', 'Law of 2019']];
  return Promise.all(
    texts.map(async (parts) => {
      const text = parts.join('\n');
      const passages = parts.map((part, index) => ({
        index,
        start: text.indexOf(part),
        end: text.indexOf(part) + part.length,
        ...(index === 1 && { section: 'Terms', page: 2 }),
      }));
      const { sha256 } = await putText(blobs, text);
      const structure = await putText(blobs, JSON.stringify({ pages: [], sections: [], passages }));
      return {
        text: { sha256, characters: text.length },
        structure: { sha256: structure.sha256, pages: 0, sections: 0, passages: parts.length },
      };
    }),
  );
}

/**
 * Events as two cases might see them in a busy week: documents come, are read and read again, are withdrawn and come
 * back, name things in several spellings, which are merged and split, and are liked and looked at; now and then something names a document that is
 * not there. The same chance gives the same log.
 */
export function randomLog(length: number, random: Random, extractions: readonly Extraction[]): LogEvent[] {
  const caseOf = new Map<string, string>();
  const log: CasefoldEvent[] = cases.map((caseId) => ({
    type: 'CaseOpened',
    data: { caseId, name: caseId },
  }));
  while (log.length < length) log.push(nextEvent(caseOf, random, extractions));
  return log.map((event, index) => ({ ...event, created: new Date(Date.UTC(2026, 0, 1, index)) }));
}

function nextEvent(
  caseOf: Map<string, string>,
  random: Random,
  extractions: readonly Extraction[],
): CasefoldEvent {
  const documentId = pick(documents, random);
  const caseId = caseOf.get(documentId);
  const some = random();
  if (random() < 0.15) return questionEvent(random);
  if (random() < 0.1) return recommendationEvent({ cases, users, documents, provenance }, random);
  if (random() < 0.1) return reportEvent(random, extractions);
  if (random() < 0.1) return personalEvent({ cases, users, provenance }, random);
  if (some < 0.03)
    return { type: 'CaseRenamed', data: { caseId: pick(cases, random), name: `Case ${some}` } };
  if (some < 0.06) return entityDecision(pick(cases, random), random);
  if (some < 0.2) return { type: 'BehaviourRecorded', data: behaviour(caseOf, random) };
  if (caseId === undefined || some < 0.25)
    return { type: 'DocumentUploaded', data: upload(documentId, caseOf, random) };
  return documentEvent({ documentId, caseId }, random, extractions);
}

/** Of one of a few questions, asked or not, answered or not: what comes too late is there as well. */
function questionEvent(random: Random): CasefoldEvent {
  const number = Math.floor(random() * 4);
  const ids = { questionId: `q${number}`, caseId: `c${(number % 2) + 1}` };
  const userId = pick(users, random);
  const asked = { question: 'When does it end?', extended: random() < 0.5, research: false };
  const sentences = [{ text: 'It ends in May.', citations: [] }];
  const answer = { sentences, citations: [], refusedCitations: 0, steps: [], provenance: [provenance] };
  const makers: readonly (() => CasefoldEvent)[] = [
    () => ({ type: 'QuestionAsked', data: { ...ids, userId, ...asked } }),
    () => ({
      type: 'ArticlesFetched',
      data: { ...ids, query: 'lease end', provider: 'searxng', articles: [], refused: [] },
    }),
    () => ({ type: 'AnswerGiven', data: { ...ids, outcome: 'answered', ...answer } }),
    () => ({ type: 'QuestionFailed', data: { ...ids, reason: 'timeout', message: 'It took too long.' } }),
    () => ({
      type: 'AnswerRated',
      data: { ...ids, userId, rating: pick(['helpful', 'unhelpful'] as const, random) },
    }),
  ];
  return pick(makers, random)();
}

/** Of one of a few reports, asked for or not, finished or not, and asked for again. */
function reportEvent(random: Random, extractions: readonly Extraction[]): CasefoldEvent {
  const number = Math.floor(random() * 3);
  const ids = { reportId: `r${number}`, caseId: `c${(number % 2) + 1}` };
  const links = [{ kind: 'event' as const, eventId: 'e0', position: '0', type: 'CaseOpened' }];
  const cited = several([...documents, 'unknown'], random).map((documentId) => ({
    kind: 'passage' as const,
    documentId,
    fileName: `${documentId}.pdf`,
    passageId: `${documentId}.0`,
    start: 0,
    end: 3,
    quote: 'The',
  }));
  const claim = { text: 'The case was opened.', links: [...links, ...cited] };
  const written = { ...ids, refusedClaims: 0, provenance };
  const makers: readonly (() => CasefoldEvent)[] = [
    () => ({ type: 'ReportRequested', data: { ...ids, userId: pick(users, random) } }),
    () => ({
      type: 'JourneySummarised',
      data: { ...written, facts: { sha256: hash('f'), count: 1 }, journey: [claim] },
    }),
    () => ({
      type: 'RecommendationsFormulated',
      data: { ...written, recommendations: [{ title: 'Ask.', reason: 'Nobody did.', links }] },
    }),
    () => ({
      type: 'ReportCompleted',
      data: {
        ...written,
        ...pick(extractions, random),
        title: 'Report',
        sections: [{ kind: 'project-journey', heading: 'Project journey', claims: [claim] }],
      },
    }),
    () => ({ type: 'ReportFailed', data: { ...ids, reason: 'timeout', message: 'It took too long.' } }),
  ];
  return pick(makers, random)();
}

function upload(documentId: string, caseOf: Map<string, string>, random: Random) {
  const caseId = caseOf.get(documentId) ?? pick(cases, random);
  caseOf.set(documentId, caseId);
  const parent = random() < 0.4 && { parentDocumentId: pick([...documents, 'unknown'], random) };
  const file = {
    fileName: `${documentId}.pdf`,
    sha256: hash(documentId),
    size: 7,
    mediaType: 'application/pdf',
  };
  return { documentId, caseId, ...file, ...parent };
}

function documentEvent(
  ids: { documentId: string; caseId: string },
  random: Random,
  extractions: readonly Extraction[],
): CasefoldEvent {
  const userId = pick(users, random);
  const makers: readonly (() => CasefoldEvent)[] = [
    () => ({ type: 'DocumentTextExtracted', data: { ...ids, ...extracted, ...pick(extractions, random) } }),
    () => ({ type: 'DocumentTextExtracted', data: { ...ids, ...extracted, ...pick(extractions, random) } }),
    () => ({ type: 'DocumentAnalysed', data: analysis(ids, random) }),
    () => ({ type: 'DocumentAnalysed', data: analysis(ids, random) }),
    () => ({
      type: 'SimilarDocumentsFound',
      data: { ...ids, similar: several([...documents, 'unknown'], random).map(scored), provenance },
    }),
    () => ({ type: 'DocumentLiked', data: { ...ids, userId } }),
    () => ({ type: 'DocumentUnliked', data: { ...ids, userId } }),
    () => ({ type: 'DocumentTagged', data: { ...ids, tags: several(['hot', 'cold'], random) } }),
    () => ({ type: 'DocumentWithdrawn', data: ids }),
    () => ({
      type: 'DocumentProcessingFailed',
      data: { ...ids, stage: 'analysing', reason: 'timeout', message: 'It took too long.' },
    }),
    () => ({
      type: 'DocumentReprocessingRequested',
      data: { ...ids, from: pick(['extracting', 'linking'], random) },
    }),
  ];
  return pick(makers, random)();
}

const extracted = {
  mediaType: 'text/plain',
  title: 'Licence',
  attachments: [],
  extractor: { name: 'x', version: '1' },
  warnings: [],
};

const scored = (documentId: string, index: number) => ({ documentId, score: 1 - index / 10 });

function analysis(ids: { documentId: string; caseId: string }, random: Random) {
  const entities = several(['Acme', 'ACME', 'acme ', 'Bolt', 'Corp'], random).map((name, index) => ({
    entityId: entityIdOf(ids.caseId, 'organisation', name),
    name,
    kind: 'organisation' as const,
    ...(random() < 0.5 && { normalised: name.toLowerCase() }),
    mentions: Array.from({ length: index + 1 }, (_, start) => ({ start, end: start + 4 })),
  }));
  const topics = several(['breach', 'breach', 'law'], random).map((label, start) => {
    return { label, score: random(), mentions: [{ start, end: start + 3 }] };
  });
  const relations = several(['owns', 'owns', 'opposes'] as const, random).map((kind, start) => ({
    kind,
    from: entityId(ids.caseId, random),
    to: entityId(ids.caseId, random),
    sentence: { start, end: start + 4, text: 'So.' },
  }));
  return { ...ids, summary: [], topics, entities, relations, provenance };
}

/** One that documents name, in whichever spelling, or perhaps nobody names. */
const entityId = (caseId: string, random: Random) =>
  entityIdOf(caseId, 'organisation', pick(['Acme', 'Bolt', 'Corp', 'Unknown'], random));

function entityDecision(caseId: string, random: Random): CasefoldEvent {
  const [into, other] = [entityId(caseId, random), entityId(caseId, random)];
  if (random() < 0.3) return { type: 'EntitySplit', data: { caseId, entityId: other, from: into } };
  return { type: 'EntitiesMerged', data: { caseId, into, entityIds: [other, entityId(caseId, random)] } };
}

function behaviour(caseOf: ReadonlyMap<string, string>, random: Random) {
  const userId = pick(users, random);
  const occurredAt = '2026-01-01T00:00:00.000Z';
  const entries = several([...documents, 'unknown', ...documents], random).map((documentId) => ({
    action: pick(['viewed', 'viewed', 'opened'] as const, random),
    documentId,
    caseId: caseOf.get(documentId) ?? pick(cases, random),
    occurredAt,
  }));
  const searched = { action: 'searched' as const, query: 'breach', occurredAt };
  return { userId, caseId: pick(cases, random), entries: [...entries, searched] };
}
