import type { EmbeddingModel } from '../model.ts';
import { createLexicalEmbedder, lexicalDimensions } from './lexical-embedder.ts';

/** Every built-in model that embeds; the first is the one that is used unless a generation was made by another. */
export const createBuiltInEmbedders = (): readonly EmbeddingModel[] =>
  lexicalDimensions.map((dimensions) => createLexicalEmbedder(dimensions));
