import type { AnalysisInput, DocumentAnalysis, EmbeddingPurpose } from '../models/model.ts';

/** What crosses to the model thread and back. */
export type ModelAsk =
  | { readonly kind: 'analyse'; readonly input: AnalysisInput }
  | { readonly kind: 'embed'; readonly texts: readonly string[]; readonly purpose: EmbeddingPurpose };

export type ModelRequest = { readonly id: number; readonly ask: ModelAsk };
export type ModelReply =
  | { readonly id: number; readonly value: DocumentAnalysis | Float32Array[] }
  | { readonly id: number; readonly error: string };
