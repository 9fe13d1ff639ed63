import { documentStream } from '#domain/document/decider';
import type { DocumentEvent } from '#domain/document/events';
import {
  type AnalysisRequest,
  analyseSubject,
  analysisAnswerSchema,
  mostParts,
  type SimilarRequest,
  similarAnswerSchema,
  similarSubject,
} from '#domain/document/inference';
import type { RecordedEvent } from '#domain/event';
import type { EventStore } from '#platform/event-store';
import type { Bus } from '#platform/ports';
import { currentTrace } from '#platform/telemetry';
import type { Models } from '../models.ts';
import { StageFailure } from './failure.ts';
import { identified } from './identified.ts';
import type { Reactor } from './reactor.ts';
import { runStage } from './stage.ts';

type AnalysisPorts = { store: EventStore; models: Models };
type LinkingPorts = { store: EventStore; bus: Bus };
type TextExtracted = Extract<RecordedEvent<DocumentEvent>, { type: 'DocumentTextExtracted' }>;

/** Each part is read once, and once more where that came to nothing. */
const generations = 2 * mostParts;

/** The newest extraction of a document: what the model is to read. */
async function lastExtraction(store: EventStore, documentId: string): Promise<TextExtracted['data']> {
  let found: TextExtracted | undefined;
  for await (const event of store.readStream(documentStream(documentId))) {
    if (event.type === 'DocumentTextExtracted') found = event as unknown as TextExtracted;
  }
  if (!found)
    throw new StageFailure('no-text', 'No text was extracted yet. Retry from the extracting stage.');
  return found.data;
}

/** Has a model read each document whose text is known: summary, topics, entities, relations. */
export const analysisReactor = ({ store, models }: AnalysisPorts): Reactor => ({
  name: 'analysis',
  types: ['DocumentTextExtracted', 'DocumentReprocessingRequested'],
  concurrency: 2,
  messageTimeoutMs: models.longestMs(2, generations),
  handle: (recorded, attempt) => {
    const event = recorded as RecordedEvent<DocumentEvent>;
    return runStage(store, 'analysing', event, attempt, async () => {
      const { documentId, caseId } = event.data;
      const { text, structure, title, language } = await lastExtraction(store, documentId);
      const request: AnalysisRequest = {
        text: text.sha256,
        structure: structure.sha256,
        ...(title && { title }),
        ...(language && { language }),
      };
      const answer = await models.request(analyseSubject, request, { signal: attempt.signal, generations });
      const { model, prompt, parameters, cached, summary, topics, entities, relations } =
        analysisAnswerSchema.parse(answer);
      return {
        actor: { kind: 'model', id: model.name },
        command: {
          type: 'RecordDocumentAnalysis',
          documentId,
          caseId,
          summary,
          topics,
          ...identified(caseId, entities, relations),
          provenance: {
            model,
            ...(prompt && { prompt }),
            parameters,
            inputs: [text.sha256],
            ...(cached && { cached }),
          },
        },
      };
    });
  },
});

/** How many similar documents each document is linked to. */
const similarCount = 5;
/** Longer than the runner waits for the vectors of a document, so that its own reason gets here first. */
const similarTimeoutMs = 15 * 60_000;

/** Links each analysed document to the most similar ones of its case. */
export const linkingReactor = ({ store, bus }: LinkingPorts): Reactor => ({
  name: 'linking',
  types: ['DocumentAnalysed', 'DocumentReprocessingRequested'],
  concurrency: 4,
  messageTimeoutMs: 2 * similarTimeoutMs,
  handle: (recorded, attempt) => {
    const event = recorded as RecordedEvent<DocumentEvent>;
    return runStage(store, 'linking', event, attempt, async () => {
      const { documentId, caseId } = event.data;
      const { text } = await lastExtraction(store, documentId);
      const request: SimilarRequest = {
        documentId,
        caseId,
        limit: similarCount,
        position: String(event.position),
        ...currentTrace(),
      };
      const answer = await bus.request(similarSubject, request, {
        timeoutMs: similarTimeoutMs,
        signal: attempt.signal,
      });
      const { model, similar } = similarAnswerSchema.parse(answer);
      return {
        actor: { kind: 'model', id: model.name },
        command: {
          type: 'RecordSimilarDocuments',
          documentId,
          caseId,
          similar,
          provenance: { model, parameters: { limit: similarCount }, inputs: [text.sha256] },
        },
      };
    });
  },
});
