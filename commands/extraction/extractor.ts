import type { Logger } from '#platform/log';
import type { ExtractedDocument, Progress } from './extracted-document.ts';
import { defaultLimits, type ExtractionLimits } from './limits.ts';
import { tooManyBytes } from './too-many-bytes.ts';
import { createWorkerPool } from './worker-pool.ts';

export type * from './extracted-document.ts';
export {
  ExtractionError,
  type ExtractionFailureReason,
  extractionFailureReasons,
} from './extraction-error.ts';
export { defaultLimits, type ExtractionLimits } from './limits.ts';

export type ExtractionInput = {
  fileName: string;
  declaredMediaType?: string;
  onProgress?: (progress: Progress) => void;
  /** Ends the extraction, queued or running; `extract` then rejects with the signal's reason. */
  signal?: AbortSignal;
} & ({ bytes: Uint8Array; path?: undefined } | { path: string; bytes?: undefined });

export type Extractor = {
  /**
   * Text, structure and attachments of one file, extracted in a worker thread. The bytes are copied, or read by the
   * worker from `path`.
   * @throws {ExtractionError} (rejects) with the reason why there is no text
   */
  extract(input: ExtractionInput): Promise<ExtractedDocument>;
  /** Ends all workers; extractions under way reject. */
  close(): Promise<void>;
};

/**
 * The one door to text extraction.
 * @param workers documents read at the same time, at least 1
 */
export function createExtractor(options: {
  workers: number;
  limits?: Partial<ExtractionLimits>;
  log: Pick<Logger, 'warn'>;
}): Extractor {
  const limits = { ...defaultLimits, ...options.limits };
  const entry = new URL('./extraction-worker.ts', import.meta.url);
  const pool = createWorkerPool(Math.max(1, options.workers), entry, limits, options.log);
  return {
    async extract({ onProgress = () => {}, signal, ...task }) {
      if (task.bytes && task.bytes.length > limits.maxBytes) throw tooManyBytes(task.bytes.length, limits);
      return pool.run({ task, onProgress, signal });
    },
    close: () => pool.close(),
  };
}
