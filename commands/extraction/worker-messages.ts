import type { ExtractedDocument, Progress } from './extracted-document.ts';
import type { ExtractionFailureReason } from './extraction-error.ts';

/** What the pool asks of a worker thread. */
export type WorkerTask = { fileName: string; declaredMediaType?: string } & (
  | { bytes: Uint8Array; path?: undefined }
  | { path: string; bytes?: undefined }
);

/** What a worker thread says: `ready` once; then for each task any number of `progress`, and `done` or `failed`. */
export type WorkerReply =
  | { kind: 'ready' }
  | { kind: 'progress'; progress: Progress }
  | { kind: 'done'; document: ExtractedDocument }
  | { kind: 'failed'; reason: ExtractionFailureReason; message: string };
