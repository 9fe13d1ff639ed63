import { type Decider, RuleViolation } from '../decider.ts';
import type { DocumentCommand } from './commands.ts';
import type { DocumentEvent, ProcessingStage } from './events.ts';
import { type DocumentStage, nextStage, stageAtWork } from './lifecycle.ts';

type Known = {
  readonly stage: DocumentStage;
  readonly caseId: string;
  readonly documentId: string;
  readonly fileName: string;
  readonly failedStage?: ProcessingStage;
  readonly tags: readonly string[];
  readonly likedBy: ReadonlySet<string>;
};
export type DocumentState = { readonly stage: 'unknown' } | Known;

export const documentStream = (documentId: string) => `document-${documentId}`;

const initialState: DocumentState = { stage: 'unknown' };

function evolve(state: DocumentState, event: DocumentEvent): DocumentState {
  if (state.stage === 'unknown') {
    if (event.type !== 'DocumentUploaded') return state;
    const { caseId, documentId, fileName } = event.data;
    return { stage: 'received', caseId, documentId, fileName, tags: [], likedBy: new Set() };
  }
  const moved = { ...state, stage: nextStage(state.stage, event) };
  switch (event.type) {
    case 'DocumentProcessingFailed':
      return { ...moved, failedStage: event.data.stage };
    case 'DocumentTagged':
      return { ...moved, tags: event.data.tags };
    case 'DocumentLiked':
      return { ...moved, likedBy: new Set([...state.likedBy, event.data.userId]) };
    case 'DocumentUnliked':
      return { ...moved, likedBy: new Set([...state.likedBy].filter((user) => user !== event.data.userId)) };
    default:
      return moved;
  }
}

function decide(command: DocumentCommand, state: DocumentState): readonly DocumentEvent[] {
  if (command.type === 'UploadDocument') {
    const { type: _, unlessWithdrawn, ...data } = command;
    const taken = state.stage === 'unknown' || (state.stage === 'withdrawn' && !unlessWithdrawn);
    return taken ? [{ type: 'DocumentUploaded', data }] : [];
  }
  if (state.stage === 'unknown') {
    throw new RuleViolation('not-found', 'document-unknown', 'There is no such document.');
  }
  if (isRecord(command)) return decideRecord(command, state);
  const ids = { documentId: state.documentId, caseId: state.caseId };
  if (command.type === 'WithdrawDocument') {
    if (state.stage === 'withdrawn') return [];
    return [
      { type: 'DocumentWithdrawn', data: { ...ids, ...(command.reason && { reason: command.reason }) } },
    ];
  }
  if (state.stage === 'withdrawn') {
    throw new RuleViolation('conflict', 'document-withdrawn', 'This document was withdrawn from the case.');
  }
  switch (command.type) {
    case 'RetryDocument':
      return decideRetry(command.from, state);
    case 'LikeDocument':
      if (state.likedBy.has(command.userId)) return [];
      return [{ type: 'DocumentLiked', data: { ...ids, userId: command.userId } }];
    case 'UnlikeDocument':
      if (!state.likedBy.has(command.userId)) return [];
      return [{ type: 'DocumentUnliked', data: { ...ids, userId: command.userId } }];
    case 'TagDocument': {
      const tags = [...new Set(command.tags)].sort();
      const same = tags.length === state.tags.length && tags.every((tag, index) => tag === state.tags[index]);
      return same ? [] : [{ type: 'DocumentTagged', data: { ...ids, tags } }];
    }
  }
}

type RecordCommand = Extract<DocumentCommand, { type: `Record${string}` }>;
const isRecord = (command: DocumentCommand): command is RecordCommand => command.type.startsWith('Record');

/** A fact that comes late (the document moved on, failed or was withdrawn meanwhile) changes nothing. */
function decideRecord(command: RecordCommand, state: Known): readonly DocumentEvent[] {
  const { type, ...data } = command;
  const event = { type: recordedAs[type], data } as DocumentEvent;
  return nextStage(state.stage, event) === state.stage || isForAnotherStage(event, state) ? [] : [event];
}

const recordedAs = {
  RecordDocumentText: 'DocumentTextExtracted',
  RecordDocumentAnalysis: 'DocumentAnalysed',
  RecordSimilarDocuments: 'SimilarDocumentsFound',
  RecordProcessingFailure: 'DocumentProcessingFailed',
} as const satisfies Record<RecordCommand['type'], DocumentEvent['type']>;

/** A failure of a stage that the document has already left must not undo what came after it. */
function isForAnotherStage(event: DocumentEvent, state: Known): boolean {
  if (event.type !== 'DocumentProcessingFailed') return false;
  return event.data.stage !== stageAtWork(state.stage);
}

function decideRetry(from: ProcessingStage | undefined, state: Known): readonly DocumentEvent[] {
  if (state.stage !== 'failed' && state.stage !== 'ready') return [];
  if (state.stage === 'ready' && !from) return [];
  const stage = from ?? state.failedStage ?? 'extracting';
  if (state.failedStage === 'extracting' && state.stage === 'failed' && stage !== 'extracting') {
    throw new RuleViolation(
      'invalid',
      'no-text-yet',
      'No text was extracted yet: retry from the extracting stage.',
    );
  }
  return [
    {
      type: 'DocumentReprocessingRequested',
      data: { documentId: state.documentId, caseId: state.caseId, from: stage },
    },
  ];
}

export const documentDecider: Decider<DocumentState, DocumentCommand, DocumentEvent> = {
  initialState,
  evolve,
  decide,
};
