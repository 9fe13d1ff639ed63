import { z } from 'zod';
import { recommendationSchema } from '#domain/recommendation/events';

/** What is recommended to the person who asks, in one case or in all of them; the best first. */
export const recommendationsSchema = z.object({
  recommendations: z.array(recommendationSchema),
  /** When and by what the list was made, the newest of several; missing where there never was one. */
  generatedAt: z.iso.datetime().optional(),
  model: z.string().optional(),
  /** Place in the log of the last event that shaped the list, as decimal digits. */
  lastPosition: z.string().optional(),
});
export type Recommendations = z.infer<typeof recommendationsSchema>;
