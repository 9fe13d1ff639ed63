import type { DocumentCommand } from '#domain/document/commands';
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
import { currentTrace } from '#platform/telemetry';
import { lastOf } from '../last-of.ts';
import type { Models } from '../models.ts';
import { StageFailure } from './failure.ts';
import { identified } from './identified.ts';
import type { Reactor } from './reactor.ts';
import { runStage, type StagePorts } from './stage.ts';

type AnalysisPorts = StagePorts & { models: Models };
type TextExtracted = Extract<DocumentEvent, { type: 'DocumentTextExtracted' }>;

/** Has a model look at a document whose text is known. @returns what to record, and the name of the model */
type Look = (
  event: RecordedEvent<DocumentEvent>,
  extracted: TextExtracted['data'],
  signal: AbortSignal,
) => Promise<{ command: DocumentCommand; model: string }>;

/** A stage of a document that is a model's work: what the model is to look at is the newest extraction. */
const modelStage =
  (ports: StagePorts, stage: 'analysing' | 'linking', look: Look): Reactor['handle'] =>
  (recorded, attempt) => {
    const event = recorded as RecordedEvent<DocumentEvent>;
    return runStage(ports, stage, event, attempt, async () => {
      const stream = documentStream(event.data.documentId);
      const extracted = await lastOf<TextExtracted>(ports.store, stream, 'DocumentTextExtracted');
      if (!extracted)
        throw new StageFailure('no-text', 'No text was extracted yet. Retry from the extracting stage.');
      const { command, model } = await look(event, extracted, attempt.signal);
      return { command, actor: { kind: 'model', id: model } };
    });
  };

/** Each part is read once, and once more where that came to nothing. */
const generations = 2 * mostParts;

/** Has a model read each document whose text is known: summary, topics, entities, relations. */
export const analysisReactor = ({ models, ...ports }: AnalysisPorts): Reactor => ({
  name: 'analysis',
  types: ['DocumentTextExtracted', 'DocumentReprocessingRequested'],
  concurrency: 2,
  messageTimeoutMs: models.longestMs(2, generations),
  handle: modelStage(ports, 'analysing', async (event, { text, structure, title, language }, signal) => {
    const { documentId, caseId } = event.data;
    const request: AnalysisRequest = {
      text: text.sha256,
      structure: structure.sha256,
      ...(title && { title }),
      ...(language && { language }),
    };
    const answer = await models.request(analyseSubject, request, { signal, generations });
    const { model, prompt, parameters, cached, summary, topics, entities, relations } =
      analysisAnswerSchema.parse(answer);
    return {
      model: model.name,
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
  }),
});

/** How many similar documents each document is linked to. */
const similarCount = 5;
/** Longer than the runner waits for the vectors of a document, so that its own reason gets here first. */
const similarTimeoutMs = 15 * 60_000;

/** Links each analysed document to the most similar ones of its case. */
export const linkingReactor = (ports: StagePorts): Reactor => ({
  name: 'linking',
  types: ['DocumentAnalysed', 'DocumentReprocessingRequested'],
  concurrency: 4,
  messageTimeoutMs: 2 * similarTimeoutMs,
  handle: modelStage(ports, 'linking', async (event, { text }, signal) => {
    const { documentId, caseId } = event.data;
    const request: SimilarRequest = {
      documentId,
      caseId,
      limit: similarCount,
      position: String(event.position),
      ...currentTrace(),
    };
    const answer = await ports.bus.request(similarSubject, request, { timeoutMs: similarTimeoutMs, signal });
    const { model, similar } = similarAnswerSchema.parse(answer);
    return {
      model: model.name,
      command: {
        type: 'RecordSimilarDocuments',
        documentId,
        caseId,
        similar,
        provenance: { model, parameters: { limit: similarCount }, inputs: [text.sha256] },
      },
    };
  }),
});
