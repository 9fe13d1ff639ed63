import { z } from 'zod';
import {
  type AnalysisAnswer,
  analyseSubject,
  analysisRequestSchema,
  embedQuerySubject,
  type SimilarAnswer,
  similarRequestSchema,
  similarSubject,
} from '#domain/document/inference';
import { documentStructureSchema } from '#domain/document/structure';
import type { Database } from '#platform/clients/postgres';
import { readText } from '#platform/document-text';
import type { BlobStore, Bus } from '#platform/ports';
import type { PositionWaiter } from '#platform/position-waiter';
import type { AnalysisModel, EmbeddingModel } from '../models/model.ts';
import { ServiceUnavailableError } from './service-unavailable.ts';
import { findSimilarDocuments } from './similar-documents.ts';

export type InferencePorts = {
  readonly bus: Bus;
  readonly blobs: BlobStore;
  readonly db: Database;
  readonly positions: PositionWaiter;
  readonly analyst: AnalysisModel;
  readonly embedder: EmbeddingModel;
};

/** Longest list a message carries; the analyst names what matters most first. */
const mostEntities = 500;
const mostMentions = 200;

/** How long a request for similar documents waits for the vectors of the document itself. */
const vectorsTimeoutMs = 120_000;

/**
 * Answers what is asked of models over the bus. Several runners compete for the requests.
 *
 * @returns ends the service; resolves when what was taken is answered
 */
export async function serveInference(ports: InferencePorts): Promise<() => Promise<void>> {
  const { bus } = ports;
  const queue = 'gpu-runner';
  const stops = await Promise.all([
    bus.respond(analyseSubject, { queue, concurrency: 2 }, (data) => analyse(ports, data)),
    bus.respond(similarSubject, { queue, concurrency: 8 }, (data) => similar(ports, data)),
    bus.respond(embedQuerySubject, { queue, concurrency: 8 }, (data) => embedQuery(ports, data)),
  ]);
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

async function analyse({ blobs, analyst }: InferencePorts, data: unknown): Promise<AnalysisAnswer> {
  const request = analysisRequestSchema.parse(data);
  const text = await readText(blobs, request.text);
  const { passages } = documentStructureSchema.parse(JSON.parse(await readText(blobs, request.structure)));
  const { title, language } = request;
  const { summary, topics, entities, capped } = await analyst.analyse({
    text,
    passages,
    ...(title && { title }),
    ...(language && { language }),
  });
  return {
    model: analyst.identity,
    parameters: {
      ...(capped && {
        analysedCharacters: capped.analysedCharacters,
        omittedEntities: capped.omittedEntities,
      }),
    },
    summary: summary.sentences,
    topics,
    entities: entities
      .slice(0, mostEntities)
      .map((entity) => ({ ...entity, mentions: entity.mentions.slice(0, mostMentions) })),
  };
}

async function similar({ db, positions, embedder }: InferencePorts, data: unknown): Promise<SimilarAnswer> {
  const { position, ...request } = similarRequestSchema.parse(data);
  if (!(await positions.waitFor(['passage-vectors'], BigInt(position), vectorsTimeoutMs))) {
    throw new ServiceUnavailableError('The vectors have not reached this document yet.');
  }
  return { model: embedder.identity, similar: await findSimilarDocuments(db, request) };
}

const queryRequestSchema = z.object({ text: z.string().max(10_000) });

async function embedQuery({ embedder }: InferencePorts, data: unknown) {
  const { text } = queryRequestSchema.parse(data);
  const [vector] = await embedder.embed([text], 'query');
  return {
    model: `${embedder.identity.name}@${embedder.identity.version}`,
    vector: Array.from(vector ?? []),
  };
}
