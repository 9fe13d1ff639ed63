import { readFile, stat } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { extractDocument } from './extract-document.ts';
import { ExtractionError, messageOf } from './extraction-error.ts';
import type { ExtractionLimits } from './limits.ts';
import { createRecogniser } from './ocr.ts';
import { tooManyBytes } from './too-many-bytes.ts';
import type { WorkerReply, WorkerTask } from './worker-messages.ts';

/**
 * A worker thread's side of extraction: one task at a time, one reply to each. Nothing is kept from one document to
 * the next but loaded code.
 */
const port = parentPort;
if (port === null) throw new Error('extraction-worker.ts runs as a worker thread only; see extractor.ts.');
const limits: ExtractionLimits = workerData.limits;
const reply = (message: WorkerReply, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

port.on('message', async (task: WorkerTask) => {
  const recogniser = createRecogniser();
  try {
    const bytes = task.bytes ?? (await readWhole(task.path));
    const document = await extractDocument(bytes, {
      fileName: task.fileName,
      declaredMediaType: task.declaredMediaType,
      limits,
      progress: (progress) => reply({ kind: 'progress', progress }),
      recogniser,
    });
    reply({ kind: 'done', document });
  } catch (error) {
    const reason = error instanceof ExtractionError ? error.reason : 'failed';
    const message =
      error instanceof ExtractionError ? error.message : `Extraction failed: ${messageOf(error)}`;
    reply({ kind: 'failed', reason, message });
  } finally {
    await recogniser.close();
  }
});

async function readWhole(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > limits.maxBytes) throw tooManyBytes(size, limits);
  return readFile(path);
}

reply({ kind: 'ready' });
