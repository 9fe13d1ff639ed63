import { z } from 'zod';
import { spanSchema } from './events.ts';

/**
 * The structure of an extracted text, kept as a content-addressed blob beside it. Offsets are into the text, in UTF-16
 * code units; `text.slice(start, end)` is the page, section or passage.
 */
export const documentStructureSchema = z.object({
  pages: z.array(spanSchema.extend({ number: z.number().int().positive(), ocr: z.boolean() })),
  sections: z.array(spanSchema.extend({ title: z.string(), level: z.number().int() })),
  passages: z.array(
    spanSchema.extend({
      index: z.number().int().nonnegative(),
      section: z.string().optional(),
      page: z.number().int().positive().optional(),
    }),
  ),
});
export type DocumentStructure = z.infer<typeof documentStructureSchema>;
