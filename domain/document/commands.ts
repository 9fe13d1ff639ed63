import type { DocumentEvent, ProcessingStage } from './events.ts';

type DataOf<Type extends DocumentEvent['type']> = Extract<DocumentEvent, { type: Type }>['data'];

/** A person who uploads what was withdrawn brings it back; a program that merely meets the bytes again must not. */
export type UploadDocument = {
  readonly type: 'UploadDocument';
  /** Leaves a document that was withdrawn as it is. */
  readonly unlessWithdrawn?: boolean;
} & DataOf<'DocumentUploaded'>;
/** `Record…` brings back a fact from outside: what an extractor or a model answered. */
export type RecordDocumentText = { readonly type: 'RecordDocumentText' } & DataOf<'DocumentTextExtracted'>;
export type RecordDocumentAnalysis = { readonly type: 'RecordDocumentAnalysis' } & DataOf<'DocumentAnalysed'>;
export type RecordSimilarDocuments = {
  readonly type: 'RecordSimilarDocuments';
} & DataOf<'SimilarDocumentsFound'>;
export type RecordProcessingFailure = {
  readonly type: 'RecordProcessingFailure';
} & DataOf<'DocumentProcessingFailed'>;
/** Without `from`, begins again at the stage that failed. */
export type RetryDocument = { readonly type: 'RetryDocument'; readonly from?: ProcessingStage };
export type LikeDocument = { readonly type: 'LikeDocument'; readonly userId: string };
export type UnlikeDocument = { readonly type: 'UnlikeDocument'; readonly userId: string };
export type TagDocument = { readonly type: 'TagDocument'; readonly tags: string[] };
export type WithdrawDocument = { readonly type: 'WithdrawDocument'; readonly reason?: string };

export type DocumentCommand =
  | UploadDocument
  | RecordDocumentText
  | RecordDocumentAnalysis
  | RecordSimilarDocuments
  | RecordProcessingFailure
  | RetryDocument
  | LikeDocument
  | UnlikeDocument
  | TagDocument
  | WithdrawDocument;
