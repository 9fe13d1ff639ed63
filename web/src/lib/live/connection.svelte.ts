import { SvelteMap } from 'svelte/reactivity';
import { type DocumentStage, stageAtWork } from '#domain/document/lifecycle';
import { position } from '#lib/api/position.ts';
import { type LiveMessage, liveMessageSchema } from '#read-api/contract';

type Listener = (message: LiveMessage) => void;
type Progress = {
  readonly stage: DocumentStage;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
};

const firstWait = 1000;
const longestWait = 30_000;

/**
 * The socket that tells what happens in one case, and what concerns the person alone. It keeps the newest stage of each document it heard of, and calls
 * `changed` when what is shown should be fetched again.
 */
export class LiveConnection {
  /** `off` before the first page has come alive. */
  state = $state<'off' | 'connecting' | 'open' | 'waiting'>('off');
  /** Newest stage of each document heard of, with the position in the log that says so. */
  readonly stages = new SvelteMap<string, { stage: DocumentStage; position: bigint }>();
  /** Progress inside a stage, for instance pages read. */
  readonly progress = new SvelteMap<string, Progress>();
  /** What the documents of the case in a stage wait for that is away, in words. */
  readonly #waits = new SvelteMap<DocumentStage, string>();
  readonly #listeners = new Set<Listener>();
  readonly #changed: (documentId?: string) => void;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wait = firstWait;

  /** @param changed told the document that changed, if it was one alone */
  constructor(changed: (documentId?: string) => void) {
    this.#changed = changed;
  }

  /** Watches a case, or what concerns the person alone, until the returned function is called. */
  watch(caseId: string | undefined): () => void {
    this.#connect(caseId);
    return () => {
      clearTimeout(this.#timer);
      const socket = this.#socket;
      this.#socket = undefined;
      socket?.close();
      this.stages.clear();
      this.#forgetPassing();
      this.state = 'off';
    };
  }

  /** What a document in a stage waits for that is away, in words; undefined while it waits for nothing. */
  waitIn(stage: DocumentStage): string | undefined {
    return this.#waits.get(stageAtWork(stage));
  }

  /** @returns a function that stops listening */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #forgetPassing(): void {
    this.progress.clear();
    this.#waits.clear();
  }

  #connect(caseId: string | undefined): void {
    this.state = 'connecting';
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const of = caseId === undefined ? 'only=personal' : `caseId=${encodeURIComponent(caseId)}`;
    const socket = new WebSocket(`${scheme}://${location.host}/live?${of}`);
    this.#socket = socket;
    socket.onopen = () => {
      if (this.#socket !== socket) return;
      this.state = 'open';
      this.#wait = firstWait;
      // Whatever happened since the page was rendered, or while the line was down, was not told.
      this.#forgetPassing();
      this.#changed();
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket && typeof data === 'string') this.#receive(data);
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.state = 'waiting';
      const jitter = 0.75 + Math.random() / 2;
      this.#timer = setTimeout(() => this.#connect(caseId), this.#wait * jitter);
      this.#wait = Math.min(this.#wait * 2, longestWait);
    };
  }

  #receive(data: string): void {
    const parsed = liveMessageSchema.safeParse(readJson(data));
    if (!parsed.success) return;
    const message = parsed.data;
    if ('position' in message) {
      position.reach(message.position);
      // What is personal is nothing of the page: whoever shows it listens for it.
      if (message.kind !== 'personal')
        this.#changed(message.kind === 'document' ? message.documentId : undefined);
    }
    if (message.kind === 'document' && message.stage) {
      const { documentId, stage } = message;
      this.stages.set(documentId, { stage, position: BigInt(message.position) });
      if (this.progress.get(documentId)?.stage !== stage) this.progress.delete(documentId);
    }
    if (message.kind === 'progress') this.progress.set(message.documentId, message);
    if (message.kind === 'working' && message.stage) {
      if (message.waiting) this.#waits.set(message.stage, message.step);
      else this.#waits.delete(message.stage);
    }
    for (const listener of this.#listeners) listener(message);
  }
}

function readJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
