import { setup, transition } from 'xstate';
import type { DocumentEvent, ProcessingStage } from './events.ts';

/** Where a document is on its way from upload to ready. */
export const documentStages = [
  'received',
  'extracting',
  'analysing',
  'linking',
  'ready',
  'failed',
  'withdrawn',
] as const;
export type DocumentStage = (typeof documentStages)[number];

/** A passing signal that work on a document has begun; never in the log, so a fold of the log may not see it. */
export type ExtractionStarted = { readonly type: 'ExtractionStarted' };

type LifecycleEvent =
  | { readonly type: DocumentEvent['type']; readonly from?: ProcessingStage }
  | ExtractionStarted;

const failure = { DocumentProcessingFailed: 'failed', DocumentWithdrawn: 'withdrawn' } as const;
const restart = {
  DocumentReprocessingRequested: [
    { guard: 'fromExtracting', target: 'received' },
    { guard: 'fromAnalysing', target: 'analysing' },
    { guard: 'fromLinking', target: 'linking' },
  ],
  DocumentWithdrawn: 'withdrawn',
} as const;

/**
 * The one machine of a document's life, shared by the write side, the projections and the web. Its states tell where
 * the work goes next: `received` and `extracting` to the CPU workers, `analysing` and `linking` to the gpu-runner.
 */
export const documentLifecycle = setup({
  types: { events: {} as LifecycleEvent },
  guards: {
    fromExtracting: ({ event }) => 'from' in event && event.from === 'extracting',
    fromAnalysing: ({ event }) => 'from' in event && event.from === 'analysing',
    fromLinking: ({ event }) => 'from' in event && event.from === 'linking',
  },
}).createMachine({
  id: 'document',
  initial: 'received',
  states: {
    received: { on: { ...failure, ExtractionStarted: 'extracting', DocumentTextExtracted: 'analysing' } },
    extracting: { on: { ...failure, DocumentTextExtracted: 'analysing' } },
    analysing: { on: { ...failure, DocumentAnalysed: 'linking' } },
    linking: { on: { ...failure, SimilarDocumentsFound: 'ready' } },
    ready: { on: restart },
    failed: { on: restart },
    // The same bytes uploaded again bring a withdrawn document back.
    withdrawn: { on: { DocumentUploaded: 'received' } },
  },
});

/**
 * The stage after an event, from the pure transition of the lifecycle machine. An event that means nothing in a stage
 * (a like, a late duplicate) leaves it as it is.
 */
export function nextStage(
  stage: DocumentStage,
  event: { readonly type: LifecycleEvent['type']; readonly data?: unknown },
): DocumentStage {
  const from = reprocessedFrom(event);
  const key = `${stage} ${event.type} ${from}`;
  const known = transitions.get(key);
  if (known) return known;
  const snapshot = documentLifecycle.resolveState({ value: stage });
  const [{ value }] = transition(documentLifecycle, snapshot, { type: event.type, ...(from && { from }) });
  transitions.set(key, value);
  return value;
}

/** The stage that a document's work is in: a file that is being read is one that was received, as far as the log knows. */
export const stageAtWork = (stage: DocumentStage): DocumentStage =>
  nextStage(stage, { type: 'ExtractionStarted' });

/** The machine's answers so far: there are fewer than a hundred, and a fold of a long log asks for them all the time. */
const transitions = new Map<string, DocumentStage>();

function reprocessedFrom(event: {
  readonly type: string;
  readonly data?: unknown;
}): ProcessingStage | undefined {
  if (event.type !== 'DocumentReprocessingRequested') return undefined;
  return (event.data as { from: ProcessingStage }).from;
}

/** How far along, as a share of the whole way in [0, 1]; failed and withdrawn count as over. */
export const stageProgress: Readonly<Record<DocumentStage, number>> = {
  received: 0,
  extracting: 0.1,
  analysing: 0.5,
  linking: 0.8,
  ready: 1,
  failed: 1,
  withdrawn: 1,
};
