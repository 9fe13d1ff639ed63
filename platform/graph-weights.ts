import { z } from 'zod';

/** What each part of a graph search's score counts; together they are 1. */
export type GraphWeights = { readonly semantic: number; readonly pageRank: number; readonly social: number };

/** As the settings and the API take them when nobody says otherwise. */
export const usualGraphWeights = '0.6,0.3,0.1';

const message = 'must be three numbers of at least 0, not all 0: semantic,PageRank,social, as in 0.6,0.3,0.1';

/** Three numbers with commas between: what counts how much in relation to the others. */
export const graphWeightsText = z
  .string()
  .regex(/^\s*\d+(\.\d+)?\s*(,\s*\d+(\.\d+)?\s*){2}$/, message)
  .transform((text) => text.split(',').map(Number))
  .refine(
    (numbers) => numbers.every((number) => number <= 1e6) && numbers.some((number) => number > 0),
    message,
  )
  .transform(([semantic = 0, pageRank = 0, social = 0]): GraphWeights => {
    const sum = semantic + pageRank + social;
    // Shares as a person writes them: 0.6, though 0.6 + 0.3 + 0.1 is not quite 1.
    const share = (weight: number) => Number((weight / sum).toFixed(12));
    return { semantic: share(semantic), pageRank: share(pageRank), social: share(social) };
  });
