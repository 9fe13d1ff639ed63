import type { Benchmark } from './benchmark.ts';
import { digits, perSecond, times } from './measure.ts';
import { type StageSeconds, stagesAlone } from './stages-alone.ts';

/**
 * The demo case through the real pipeline, in documents a second, against one thread that does only the extraction,
 * analysis and embedding of the same files. Above 1, several cores outweigh what the pipeline costs beyond its work.
 */
export const demoIngest: Benchmark = async (demo) => {
  const { files, seconds } = await demo.loaded();
  const sum = { extraction: 0, analysis: 0, embedding: 0 } satisfies StageSeconds;
  for (const { path, fileName } of files) {
    const { extraction, analysis, embedding } = await stagesAlone(path, fileName);
    sum.extraction += extraction;
    sum.analysis += analysis;
    sum.embedding += embedding;
  }
  const alone = sum.extraction + sum.analysis + sum.embedding;
  const share = (part: number) => `${digits(part)} s`;
  return [
    {
      name: `Demo ingest, ${files.length} documents`,
      figure: `${perSecond(files.length / seconds, 'documents')} (${digits(seconds)} s)`,
      ratio: times(
        alone / seconds,
        `one thread doing the work alone (${digits(alone)} s: extraction ${share(sum.extraction)}, analysis ${share(sum.analysis)}, embedding ${share(sum.embedding)})`,
      ),
    },
  ];
};
