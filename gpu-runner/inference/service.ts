import { z } from 'zod';
import {
  type AnalysisAnswer,
  type AnalysisRequest,
  analyseSubject,
  analysisRequestSchema,
  embedQuerySubject,
  requestTraceSchema,
  rerankRequestSchema,
  rerankSubject,
  type SimilarAnswer,
  similarRequestSchema,
  similarSubject,
} from '#domain/document/inference';
import { documentStructureSchema } from '#domain/document/structure';
import { rankTextsSubject } from '#domain/question/retrieval';
import type { Database } from '#platform/clients/postgres';
import { readText } from '#platform/document-text';
import { isPassingSystemError } from '#platform/passing-error';
import type { BlobStore, Bus } from '#platform/ports';
import type { PositionWaiter } from '#platform/position-waiter';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { noTracer, parseTraceparent, type Tracer } from '#platform/telemetry';
import { absentModel } from '../embedding-projector/absent-model.ts';
import type { AnalysisModel, EmbeddingModel } from '../models/model.ts';
import type { PromptedAnalyst } from '../models/prompted/prompted-analyst.ts';
import type { Reranker } from '../models/reranker/http-reranker.ts';
import { takingTurns } from '../tasks/in-turn.ts';
import { fitEntities, fitRelations, fitTopics } from './fit-entities.ts';
import { rankTexts } from './rank-texts.ts';
import { findSimilarDocuments } from './similar-documents.ts';

export type InferencePorts = {
  readonly bus: Bus;
  readonly blobs: BlobStore;
  readonly db: Database;
  readonly positions: PositionWaiter;
  readonly analyst: AnalysisModel;
  /** Reads every document instead of `analyst` where a text model is set up. */
  readonly promptedAnalyst?: PromptedAnalyst;
  /** The first answers unless another is named. */
  readonly embedders: readonly EmbeddingModel[];
  /** Where one is set up. */
  readonly reranker?: Reranker;
  readonly tracer?: Tracer;
};

/** How long a request for similar documents waits for the vectors of the document itself. */
const vectorsTimeoutMs = 120_000;

/**
 * Answers what is asked of models over the bus. Several runners compete for the requests.
 *
 * @returns ends the service: whoever still waits for vectors is told to come again; resolves when what was taken is
 *   answered
 */
export async function serveInference(ports: InferencePorts): Promise<() => Promise<void>> {
  const { bus, reranker } = ports;
  const queue = 'gpu-runner';
  const stopping = Promise.withResolvers<never>();
  const ending = new AbortController();
  stopping.promise.catch(() => {});
  const inTurn = takingTurns(2);
  const stops = await Promise.all([
    // As with tasks, all are taken, and wait in here.
    bus.respond(analyseSubject, { queue, concurrency: Infinity }, (data) =>
      traced(ports, analyseSubject, data, () => {
        const request = analysisRequestSchema.parse(data);
        const analysed = inTurn(request, ending.signal, (signal) => analyse(ports, request, signal));
        return passingNamed(analysed);
      }),
    ),
    bus.respond(similarSubject, { queue, concurrency: 8 }, (data) =>
      traced(ports, similarSubject, data, () => Promise.race([similar(ports, data), stopping.promise])),
    ),
    bus.respond(rankTextsSubject, { queue, concurrency: 2 }, (data) =>
      traced(ports, rankTextsSubject, data, () =>
        passingNamed(rankTexts(embedderOf(ports.embedders, undefined), data)),
      ),
    ),
    bus.respond(embedQuerySubject, { queue, concurrency: 8 }, (data) => embedQuery(ports, data)),
    ...(reranker
      ? [
          bus.respond(rerankSubject, { queue, concurrency: 8 }, (data) =>
            reranker.rerank(rerankRequestSchema.parse(data)),
          ),
        ]
      : []),
  ]);
  return async () => {
    const stopped = new ServiceUnavailableError('The runner is being stopped.');
    ending.abort(stopped);
    stopping.reject(stopped);
    await Promise.all(stops.map((stop) => stop()));
  };
}

/** The work as a span of the trace of whoever asked; where nobody traces, the work alone. */
function traced<Answer>(
  { tracer = noTracer }: InferencePorts,
  subject: string,
  data: unknown,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const parent = parseTraceparent(requestTraceSchema.safeParse(data).data?.traceparent);
  if (!parent) return work();
  const attributes = { 'messaging.destination.name': subject, 'messaging.operation.type': 'process' };
  return tracer.span(`infer ${subject}`, { parent, kind: 'server', attributes }, work);
}

/** A disk or a store that is short or away must not look like a fault of the document to whoever asked. */
async function passingNamed<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ServiceUnavailableError || !isPassingSystemError(error)) throw error;
    throw new ServiceUnavailableError('What the runner works with is away.', { cause: error });
  }
}

async function analyse(
  { blobs, analyst, promptedAnalyst }: InferencePorts,
  request: AnalysisRequest,
  signal: AbortSignal,
): Promise<AnalysisAnswer> {
  const text = await readText(blobs, request.text);
  const { passages } = documentStructureSchema.parse(JSON.parse(await readText(blobs, request.structure)));
  const { title, language } = request;
  const input = { text, passages, ...(title && { title }), ...(language && { language }) };
  const prompted = await promptedAnalyst?.(input, signal);
  const { summary, topics, entities, relations, capped } = prompted ?? (await analyst.analyse(input, signal));
  const fitted = fitEntities(entities);
  const omittedEntities = (capped?.omittedEntities ?? 0) + fitted.omittedEntities;
  const { omittedMentions } = fitted;
  const related = fitRelations(relations, entities, fitted.entities);
  return {
    model: prompted?.identity ?? analyst.identity,
    ...(prompted && { prompt: prompted.prompt }),
    parameters: {
      ...prompted?.parameters,
      ...(capped && { analysedCharacters: capped.analysedCharacters }),
      ...((capped || omittedEntities > 0) && { omittedEntities }),
      ...(omittedMentions > 0 && { omittedMentions }),
      ...(related.omittedRelations > 0 && { omittedRelations: related.omittedRelations }),
    },
    ...(prompted?.cached && { cached: prompted.cached }),
    summary: summary.sentences,
    topics: fitTopics(topics),
    entities: fitted.entities,
    relations: related.relations,
  };
}

async function similar({ db, positions, embedders }: InferencePorts, data: unknown): Promise<SimilarAnswer> {
  const { position, ...request } = similarRequestSchema.parse(data);
  if (!(await positions.waitFor(['passage-vectors'], BigInt(position), vectorsTimeoutMs))) {
    throw new ServiceUnavailableError(
      'The vectors have not reached this document yet. The page Projections says how far they are, and what holds them up.',
    );
  }
  const { model, similar: found } = await findSimilarDocuments(db, request);
  return { model: await embedderOf(embedders, model).identify(), similar: found };
}

/** `model`: as vectors say whose they are, `<name>@<version>`. */
const queryRequestSchema = z.object({ text: z.string().max(10_000), model: z.string().optional() });

const modelOf = ({ identity }: EmbeddingModel) => `${identity.name}@${identity.version}`;

/** @throws {ServiceUnavailableError} if there is none: it was set up when the vectors were made */
function embedderOf(embedders: readonly EmbeddingModel[], model: string | undefined): EmbeddingModel {
  const found = model === undefined ? embedders[0] : embedders.find((each) => modelOf(each) === model);
  return (
    found ??
    absentModel(
      model ?? 'none',
      embedders.map(({ identity }) => identity.name),
    )
  );
}

async function embedQuery({ embedders }: InferencePorts, data: unknown) {
  const { text, model } = queryRequestSchema.parse(data);
  const embedder = embedderOf(embedders, model);
  const [vector] = await embedder.embed([text], 'query');
  return {
    model: modelOf(embedder),
    vector: Array.from(vector ?? []),
  };
}
