import { type EntityKind, entityKindSchema, type RelationKind } from '#domain/document/events';

/**
 * What every model offers, whatever stands behind it (built-in code, Ollama, CUDA). Callers see only these shapes; the
 * identity goes into the provenance of whatever the model said.
 */

/** Which model spoke. Two models with the same digest give the same answer to the same input. */
export type ModelIdentity = {
  name: string;
  version: string;
  /** SHA-256, hex, of what defines the behaviour: weights, or the tables and parameters of a built-in model. */
  digest: string;
  kind: 'built-in' | 'ollama';
};

/** What a model is called, whatever stands behind the name just now. */
export type ModelName = Omit<ModelIdentity, 'digest'>;

/** Some models embed a question differently from the text that answers it. */
export type EmbeddingPurpose = 'document' | 'query';

export interface EmbeddingModel {
  readonly identity: ModelName;
  /** With the digest, which a server has to be asked for; throws as `embed` does. */
  identify(signal?: AbortSignal): Promise<ModelIdentity>;
  /** Length of every vector. */
  readonly dimensions: number;
  /** The most texts one `embed` call takes. */
  readonly maxBatch: number;
  /**
   * Turns texts into vectors of unit length (L2), in the order of the texts; cosine similarity is their dot product.
   *
   * @throws RangeError when there are more than `maxBatch` texts; the signal's reason when it is aborted
   * @throws {ServiceUnavailableError} while the model or its server is away or busy: ask again
   */
  embed(texts: readonly string[], purpose: EmbeddingPurpose, signal?: AbortSignal): Promise<Float32Array[]>;
}

/** A half-open range of UTF-16 code units of the analysed text: `text.slice(start, end)`. */
export type Span = { start: number; end: number };

/** A passage of the document, as it was split for search. */
export type PassageSpan = Span & { index: number };

/** The kinds of entity there are, in the domain's own words. */
export const entityKinds = entityKindSchema.options;
export type { EntityKind, RelationKind };

export type Entity = {
  /** The name as the document writes it, in its fullest form, white space folded. */
  name: string;
  kind: EntityKind;
  /** Every place that names it, in text order, never overlapping. */
  mentions: Span[];
  /** A date in ISO 8601 (`2019-10-01`, `2019-10`); an amount as currency and number (`USD 50000000.00`). */
  normalised?: string;
};

/** A sentence quoted from the text: `text` is exactly `source.slice(start, end)`. */
export type QuotedSentence = Span & { text: string };

export type Topic = {
  label: string;
  /** Weight within the document, above 0, the strongest topic 1. */
  score: number;
  /** Places that speak of it, in text order. */
  mentions: Span[];
};

/** What one sentence says of two entities. */
export type Relation = {
  kind: RelationKind;
  /** Places in the list of entities; never the same. */
  from: number;
  to: number;
  sentence: QuotedSentence;
};

export type AnalysisInput = {
  text: string;
  title?: string;
  /** BCP 47 tag of the text's language, where known. */
  language?: string;
  passages: readonly PassageSpan[];
};

/** What a model found in one document. */
export type DocumentAnalysis = {
  summary: { sentences: QuotedSentence[] };
  /** Most mentioned first. */
  entities: Entity[];
  /** Strongest first. */
  topics: Topic[];
  /** In the order of their sentences; of the same two entities and kind the first only. */
  relations: Relation[];
  /** Present when a limit cut the work short: only the first `analysedCharacters` of the text were read, or some entities were left out. */
  capped?: { analysedCharacters: number; totalCharacters: number; omittedEntities: number };
};

export interface AnalysisModel {
  readonly identity: ModelIdentity;
  /**
   * Reads a whole document: a summary, the entities with their exact places, the topics, the relations.
   *
   * @throws the signal's reason when it is aborted
   */
  analyse(input: AnalysisInput, signal?: AbortSignal): Promise<DocumentAnalysis>;
}

/** How a text model is to write; what is not given is the model's own. */
export type GenerationParameters = {
  temperature?: number;
  seed?: number;
  /** Tokens the model may look at, prompt and answer together; more where these would not fit, if it has more. */
  contextTokens?: number;
  /** Tokens it may write; an answer cut there is refused. */
  mostTokens?: number;
};

export type GenerationRequest = {
  /** The instruction: one of our own prompts, word for word. */
  system: string;
  /** What it is to work on. */
  prompt: string;
  /** JSON schema that the answer must have. */
  format?: object;
  parameters: GenerationParameters;
};

/** A model that writes. */
export interface TextModel {
  /** Asks the server, since only it knows the digest; throws as `generate` does. */
  identity(signal?: AbortSignal): Promise<ModelIdentity>;
  /**
   * Writes an answer.
   *
   * @param options.onText told each piece as it comes
   * @returns the whole answer
   * @throws {ServiceUnavailableError} while the model or its server is away or busy: ask again
   * @throws {ModelOutputError} for an answer that was cut off at its longest
   * @throws the signal's reason when it is aborted
   */
  generate(
    request: GenerationRequest,
    options?: { signal?: AbortSignal; onText?: (piece: string) => void },
  ): Promise<string>;
}
