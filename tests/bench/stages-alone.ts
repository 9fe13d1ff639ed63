import { readFile } from 'node:fs/promises';
import { extractDocument } from '#commands/extraction/extract-document';
import { defaultLimits } from '#commands/extraction/limits';
import { createRecogniser } from '#commands/extraction/ocr';
import { createExtractiveAnalyst } from '#gpu-runner/models/builtin/extractive-analyst';
import { createLexicalEmbedder } from '#gpu-runner/models/builtin/lexical-embedder';
import { timed } from './measure.ts';

/** Seconds one thread needs for each stage of the pipeline that is work of the processor. */
export type StageSeconds = {
  readonly extraction: number;
  readonly analysis: number;
  readonly embedding: number;
};

const analyst = createExtractiveAnalyst();
const embedder = createLexicalEmbedder();

/** Takes one file through the stages, in this thread, with nothing in between: what no pipeline can save. */
export async function stagesAlone(path: string, fileName: string): Promise<StageSeconds> {
  const bytes = await readFile(path);
  const recogniser = createRecogniser();
  try {
    const context = {
      fileName,
      declaredMediaType: undefined,
      limits: defaultLimits,
      progress: () => {},
      recogniser,
    };
    const extraction = await timed(() => extractDocument(bytes, context));
    const { text, passages } = extraction.result;
    const analysis = await timed(() => analyst.analyse({ text, passages }));
    const texts = passages.map(({ start, end }) => text.slice(start, end));
    const embedding = await timed(async () => {
      for (let start = 0; start < texts.length; start += embedder.maxBatch)
        await embedder.embed(texts.slice(start, start + embedder.maxBatch), 'document');
    });
    return { extraction: extraction.seconds, analysis: analysis.seconds, embedding: embedding.seconds };
  } finally {
    await recogniser.close();
  }
}
