import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, RuleViolation } from '../decider.ts';
import { specificationOf } from '../decider-specification.ts';
import type { DocumentCommand } from './commands.ts';
import { documentDecider } from './decider.ts';
import type { DocumentEvent } from './events.ts';
import { documentStages, nextStage } from './lifecycle.ts';

const { given } = specificationOf(documentDecider);
const ids = { documentId: 'd', caseId: 'c' };
const sha256 = 'a'.repeat(64);
const upload = { ...ids, fileName: 'lease.pdf', sha256, size: 10, mediaType: 'application/pdf' };
const provenance = {
  model: { name: 'm', version: '1', digest: sha256, kind: 'built-in' as const },
  parameters: {},
  inputs: [sha256],
};
const text = {
  ...ids,
  mediaType: 'application/pdf',
  text: { sha256, characters: 5 },
  structure: { sha256, pages: 1, sections: 0, passages: 1 },
  attachments: [],
  extractor: { name: 'x', version: '1' },
  warnings: [],
};
const analysis = { ...ids, summary: [], topics: [], entities: [], relations: [], provenance };
const similar = { ...ids, similar: [], provenance };
const failure = { ...ids, stage: 'extracting' as const, reason: 'encrypted', message: 'It has a password.' };

const uploaded: DocumentEvent = { type: 'DocumentUploaded', data: upload };
const extracted: DocumentEvent = { type: 'DocumentTextExtracted', data: text };
const analysed: DocumentEvent = { type: 'DocumentAnalysed', data: analysis };
const linked: DocumentEvent = { type: 'SimilarDocumentsFound', data: similar };
const failed: DocumentEvent = { type: 'DocumentProcessingFailed', data: failure };
const withdrawn: DocumentEvent = { type: 'DocumentWithdrawn', data: ids };

describe('a document', () => {
  test('is uploaded once, however often the same bytes come', () => {
    expect(given().when({ type: 'UploadDocument', ...upload })).toEqual([uploaded]);
    expect(given(uploaded).when({ type: 'UploadDocument', ...upload, fileName: 'other.pdf' })).toEqual([]);
  });
  test('withdrawn and uploaded again is back', () => {
    expect(given(uploaded, withdrawn).when({ type: 'UploadDocument', ...upload })).toEqual([uploaded]);
  });
  test('withdrawn stays so when a program meets its bytes again', () => {
    const met: DocumentCommand = { type: 'UploadDocument', ...upload, unlessWithdrawn: true };
    expect(given(uploaded, withdrawn).when(met)).toEqual([]);
    expect(given(uploaded).when(met)).toEqual([]);
    expect(given().when(met)).toEqual([uploaded]);
  });
  test('goes from text over analysis and links to ready', () => {
    expect(given(uploaded).when({ type: 'RecordDocumentText', ...text })).toEqual([extracted]);
    expect(given(uploaded, extracted).when({ type: 'RecordDocumentAnalysis', ...analysis })).toEqual([
      analysed,
    ]);
    expect(given(uploaded, extracted, analysed).when({ type: 'RecordSimilarDocuments', ...similar })).toEqual(
      [linked],
    );
  });
  test('ignores a fact that comes late or out of order', () => {
    expect(given(uploaded).when({ type: 'RecordDocumentAnalysis', ...analysis })).toEqual([]);
    expect(given(uploaded, withdrawn).when({ type: 'RecordDocumentText', ...text })).toEqual([]);
    expect(given(uploaded, extracted).when({ type: 'RecordProcessingFailure', ...failure })).toEqual([]);
  });
  test('that failed is retried from the stage that failed', () => {
    expect(given(uploaded, failed).when({ type: 'RetryDocument' })).toEqual([
      { type: 'DocumentReprocessingRequested', data: { ...ids, from: 'extracting' } },
    ]);
    expect(() => given(uploaded, failed).when({ type: 'RetryDocument', from: 'linking' })).toThrow(
      RuleViolation,
    );
  });
  test('must exist, and not be withdrawn, to be liked', () => {
    expect(() => given().when({ type: 'LikeDocument', userId: 'u' })).toThrow(/no such document/);
    expect(() => given(uploaded, withdrawn).when({ type: 'LikeDocument', userId: 'u' })).toThrow(/withdrawn/);
  });
  test('has its tags kept sorted and once each', () => {
    expect(given(uploaded).when({ type: 'TagDocument', tags: ['b', 'a', 'b'] })).toEqual([
      { type: 'DocumentTagged', data: { ...ids, tags: ['a', 'b'] } },
    ]);
  });
});

const anyCommand: fc.Arbitrary<DocumentCommand> = fc.oneof(
  fc.constant<DocumentCommand>({ type: 'UploadDocument', ...upload }),
  fc.constant<DocumentCommand>({ type: 'UploadDocument', ...upload, unlessWithdrawn: true }),
  fc.constant<DocumentCommand>({ type: 'RecordDocumentText', ...text }),
  fc.constant<DocumentCommand>({ type: 'RecordDocumentAnalysis', ...analysis }),
  fc.constant<DocumentCommand>({ type: 'RecordSimilarDocuments', ...similar }),
  fc.constant<DocumentCommand>({ type: 'RecordProcessingFailure', ...failure }),
  fc.constant<DocumentCommand>({ type: 'RetryDocument' }),
  fc.constant<DocumentCommand>({ type: 'LikeDocument', userId: 'u' }),
  fc.constant<DocumentCommand>({ type: 'UnlikeDocument', userId: 'u' }),
  fc.array(fc.constantFrom('a', 'b', 'c')).map((tags): DocumentCommand => ({ type: 'TagDocument', tags })),
  fc.constant<DocumentCommand>({ type: 'WithdrawDocument' }),
);

const attempt = (command: DocumentCommand, events: readonly DocumentEvent[]): readonly DocumentEvent[] => {
  try {
    return documentDecider.decide(command, fold(documentDecider, events));
  } catch (error) {
    if (error instanceof RuleViolation) return [];
    throw error;
  }
};

test('after any history, doing a thing twice in a row changes nothing the second time', () => {
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 12 }), anyCommand, (history, command) => {
      const events: DocumentEvent[] = [];
      for (const each of history) events.push(...attempt(each, events));
      const once = [...events, ...attempt(command, events)];
      expect(attempt(command, once)).toEqual([]);
    }),
  );
});

test('the lifecycle stays within its stages, whatever comes', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...documentStages),
      fc.constantFrom(uploaded, extracted, analysed, linked, failed, withdrawn),
      (stage, event) => {
        expect(documentStages.includes(nextStage(stage, event))).toBe(true);
      },
    ),
  );
});
