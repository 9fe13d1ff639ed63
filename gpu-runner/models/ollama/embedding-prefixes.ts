import type { EmbeddingPurpose } from '../model.ts';

/**
 * What a model expects before a text, by the text's purpose. Nomic's models were trained with these words, and find the
 * wrong texts without them (Nussbaum et al. 2024, "Nomic Embed", section 4). Other models are given texts as they are.
 */
export function embeddingPrefix(model: string, purpose: EmbeddingPurpose): string {
  if (!/(?:^|\/)nomic-embed-text(?:$|[:-])/.test(model)) return '';
  return purpose === 'query' ? 'search_query: ' : 'search_document: ';
}
