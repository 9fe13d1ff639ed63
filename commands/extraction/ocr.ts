import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { createWorker, type Line, OEM, type Worker } from 'tesseract.js';
import { ExtractionError, messageOf } from './extraction-error.ts';

/** Reads words from pictures. Starts its engine at the first picture; `close` ends it. */
export type Recogniser = {
  /**
   * @param image an encoded picture: PNG, JPEG, BMP or WebP
   * @returns printed lines in reading order, with their boxes
   */
  lines(image: Buffer): Promise<RecognisedLine[]>;
  close(): Promise<void>;
};

/** Pixels from the top left of the picture; `rowHeight` is that of a line of its print. */
export type RecognisedLine = {
  text: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
  rowHeight: number;
};

const language = 'eng';

/** A recogniser for English print on Tesseract, from the trained data installed with the program; never the network. */
export function createRecogniser(): Recogniser {
  let engine: Promise<Worker> | undefined;
  let failure: unknown;
  return {
    async lines(image) {
      engine ??= startEngine((error) => {
        failure = error;
      });
      const worker = await engine;
      try {
        const { data } = await worker.recognize(image, {}, { text: false, blocks: true });
        return (data.blocks ?? []).flatMap((block) =>
          block.paragraphs.flatMap((paragraph) => paragraph.lines.map(toLine)),
        );
      } catch (error) {
        throw new ExtractionError(
          'truncated-or-damaged',
          `The picture cannot be read (${messageOf(failure ?? error)}). Scan or export it again, as PNG or PDF.`,
          { cause: error },
        );
      }
    },
    async close() {
      const worker = await engine?.catch(() => undefined);
      engine = undefined;
      await worker?.terminate();
    },
  };
}

const toLine = ({ text, bbox, rowAttributes }: Line): RecognisedLine => ({
  text: text.trim(),
  left: bbox.x0,
  top: bbox.y0,
  right: bbox.x1,
  bottom: bbox.y1,
  rowHeight: rowAttributes.rowHeight,
});

function startEngine(onError: (error: unknown) => void): Promise<Worker> {
  const manifest = findPackageJSON('@tesseract.js-data/eng', import.meta.url);
  if (manifest === undefined) {
    throw new ExtractionError('failed', 'The trained data for OCR is not installed. Run npm ci and retry.');
  }
  return createWorker(language, OEM.LSTM_ONLY, {
    langPath: join(dirname(manifest), '4.0.0_best_int'),
    gzip: true,
    cacheMethod: 'none',
    // Without a handler of its own, the library throws a second time, outside any promise.
    errorHandler: onError,
  });
}
