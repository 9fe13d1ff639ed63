import type { AnalysisInput, DocumentAnalysis, EmbeddingPurpose } from '../models/model.ts';

/** What crosses to a model thread and back. */
export type ModelAsk =
  | { readonly kind: 'analyse'; readonly input: AnalysisInput }
  | {
      readonly kind: 'embed';
      /** Name of the model. */
      readonly model: string;
      readonly texts: readonly string[];
      readonly purpose: EmbeddingPurpose;
    };

export type ModelAnswer = DocumentAnalysis | Float32Array[];

/** A thread says `ready` once its model is loaded, then answers one ask after the other. */
export type ModelReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly value: ModelAnswer }
  | { readonly kind: 'failed'; readonly error: string };
