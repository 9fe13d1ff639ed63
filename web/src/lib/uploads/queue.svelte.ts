import { type DocumentStage, nextStage, stageProgress } from '#domain/document/lifecycle';
import { api } from '#lib/api/client.ts';
import { describeError } from '#lib/api/problem.ts';
import type { LiveConnection } from '#lib/live/connection.svelte.ts';
import type { LiveMessage } from '#read-api/contract';
import { sendFile } from './send.ts';

const parallel = 3;
/** Milliseconds between looks at the jobs, in case the live connection missed something. */
const lookAgain = 4000;

/** One file on its way: the bytes first, then the stages of the document it became. */
export class Upload {
  readonly key = crypto.randomUUID();
  readonly caseId: string;
  readonly file: File;
  state = $state<'waiting' | 'sending' | 'processing' | 'duplicate' | 'refused'>('waiting');
  /** Share of the bytes sent, in [0, 1]. */
  sent = $state(0);
  stage = $state<DocumentStage>('received');
  problem = $state<string>();
  documentId = $state<string>();
  jobId: string | undefined;

  constructor(caseId: string, file: File) {
    this.caseId = caseId;
    this.file = file;
  }

  get over(): boolean {
    if (this.state === 'processing') return stageProgress[this.stage] === 1;
    return this.state === 'duplicate' || this.state === 'refused';
  }
  get failed(): boolean {
    return this.state === 'refused' || (this.state === 'processing' && this.stage === 'failed');
  }
}

/** All uploads of this tab; three files travel at a time, the others wait their turn. */
export class UploadQueue {
  items = $state.raw<readonly Upload[]>([]);
  readonly #uploaded: () => void;

  /** @param uploaded called when a file has become a document, so that lists can show it */
  constructor(live: LiveConnection, uploaded: () => void) {
    this.#uploaded = uploaded;
    live.listen((message) => this.#hear(message));
  }

  add(caseId: string, files: readonly File[]): void {
    this.items = [...files.map((file) => new Upload(caseId, file)), ...this.items];
    this.#pump();
  }

  clearFinished(): void {
    this.items = this.items.filter((upload) => !upload.over);
  }

  /** Sends a refused file again, or asks for a failed document to be processed again. */
  async retry(upload: Upload): Promise<void> {
    upload.problem = undefined;
    if (upload.state === 'refused' || !upload.documentId) {
      upload.state = 'waiting';
      upload.sent = 0;
      this.#pump();
      return;
    }
    try {
      await api.retry(upload.documentId);
      upload.stage = 'received';
      await this.#look(upload);
    } catch (error) {
      upload.problem = wordsOf(error);
    }
  }

  /** Asks for the stage of each unfinished document until the returned function is called. */
  follow(): () => void {
    const timer = setInterval(() => {
      for (const upload of this.items) {
        if (upload.state === 'processing' && !upload.over) void this.#look(upload);
      }
    }, lookAgain);
    return () => clearInterval(timer);
  }

  #pump(): void {
    const sending = this.items.filter((upload) => upload.state === 'sending').length;
    // The newest batch stands first in the list; within a batch the order is that of the files.
    const waiting = this.items.filter((upload) => upload.state === 'waiting');
    for (const upload of waiting.slice(0, Math.max(0, parallel - sending))) void this.#send(upload);
  }

  async #send(upload: Upload): Promise<void> {
    upload.state = 'sending';
    try {
      const answer = await sendFile(upload.caseId, upload.file, (bytes, total) => {
        upload.sent = total > 0 ? bytes / total : 1;
      });
      upload.documentId = answer.duplicateOf ?? answer.documentId;
      upload.jobId = answer.jobId;
      upload.state = answer.duplicateOf ? 'duplicate' : 'processing';
      this.#uploaded();
      if (!answer.duplicateOf) await this.#look(upload);
    } catch (error) {
      if (upload.state === 'sending') upload.state = 'refused';
      upload.problem = wordsOf(error);
    } finally {
      this.#pump();
    }
  }

  async #look(upload: Upload): Promise<void> {
    if (!upload.jobId) return;
    try {
      const job = await api.job(upload.jobId);
      if (job.kind !== 'document') return;
      upload.stage = job.stage;
      upload.problem = job.error?.message;
    } catch {
      // The next look or live message will tell.
    }
  }

  #hear(message: LiveMessage): void {
    if (message.kind !== 'document' && message.kind !== 'progress') return;
    const upload = this.items.find(
      ({ documentId, state }) => documentId === message.documentId && state === 'processing',
    );
    if (!upload) return;
    const before = upload.stage;
    upload.stage =
      message.stage ??
      (message.kind === 'document' ? nextStageOf(upload.stage, message.event) : upload.stage);
    // Only the job knows why a document failed.
    if (upload.stage === 'failed' && before !== 'failed') void this.#look(upload);
  }
}

const stageEvents = [
  'DocumentTextExtracted',
  'DocumentAnalysed',
  'SimilarDocumentsFound',
  'DocumentProcessingFailed',
  'DocumentWithdrawn',
] as const;

/** Where the lifecycle goes with an event that the live connection named without its stage. */
function nextStageOf(stage: DocumentStage, event: string): DocumentStage {
  const type = stageEvents.find((name) => name === event);
  return type ? nextStage(stage, { type }) : stage;
}

function wordsOf(error: unknown): string {
  const { message, detail } = describeError(error);
  return detail ?? message;
}
