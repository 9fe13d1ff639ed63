import { createHash } from 'node:crypto';
import { addText, type ReadSide } from './read-side.ts';

export const text = 'Alpha GmbH met Beta Ltd.\n\nNothing was agreed. “Ünïcode” 🦊 stays.';
export const sha256 = createHash('sha256').update(text).digest('hex');
export const ids = { documentId: 'alpha', caseId: 'c1' };
const provenance = {
  model: { name: 'test', version: '1', digest: 'd', kind: 'built-in' as const },
  parameters: {},
  inputs: [],
};
export const fileName = 'Übersicht "2024" 100%.txt';

/**
 * Writes three cases: one with two documents that mention each other, one withdrawn, one that failed.
 *
 * @returns the position of the last event
 */
export async function writeCases(side: ReadSide): Promise<string> {
  const { append } = side;
  for (const [caseId, name] of [
    ['c1', 'First'],
    ['c2', 'Second'],
    ['c3', 'Third'],
  ] as const) {
    await append(`case-${caseId}`, { type: 'CaseOpened', data: { caseId, name } }, caseId);
  }
  await addText(side, { ...ids, fileName, text });
  await addText(side, { documentId: 'beta', caseId: 'c1', fileName: 'beta_50%.txt', text: `${text} More.` });
  await addText(side, { documentId: 'gone', caseId: 'c1', fileName: 'gone.txt', text: `${text} Gone.` });
  const { sha256: html, size } = await side.putText('<script>alert(1)</script>');
  const page = { documentId: 'page', caseId: 'c1', fileName: 'page.html', sha256: html, size };
  await append(
    'document-page',
    { type: 'DocumentUploaded', data: { ...page, mediaType: 'text/html', parentDocumentId: 'beta' } },
    'c1',
  );
  const entity = (name: string, start: number) => ({
    entityId: `organisation-${name}`,
    name,
    kind: 'organisation' as const,
    mentions: [{ start, end: start + name.length }],
  });
  for (const documentId of ['beta', 'alpha']) {
    await append(
      `document-${documentId}`,
      {
        type: 'DocumentAnalysed',
        data: {
          documentId,
          caseId: 'c1',
          summary: [{ start: 26, end: 45, text: 'Nothing was agreed.' }],
          topics: [{ label: 'meeting', score: 1, mentions: [{ start: 11, end: 14 }] }],
          entities:
            documentId === 'alpha'
              ? [entity('Beta Ltd.', 15), entity('Alpha GmbH', 0)]
              : [entity('Alpha GmbH', 0)],
          relations:
            documentId === 'alpha'
              ? [
                  {
                    kind: 'in-contact-with',
                    from: 'organisation-Alpha GmbH',
                    to: 'organisation-Beta Ltd.',
                    sentence: { start: 0, end: 24, text: text.slice(0, 24) },
                  },
                ]
              : [],
          provenance,
        },
      },
      'c1',
    );
  }
  const similar = [
    { documentId: 'beta', score: 0.9 },
    { documentId: 'gone', score: 0.8 },
  ];
  await append(
    'document-alpha',
    { type: 'SimilarDocumentsFound', data: { ...ids, similar, provenance } },
    'c1',
  );
  await append('document-alpha', { type: 'DocumentLiked', data: { ...ids, userId: 'ada' } }, 'c1');
  await append('document-alpha', { type: 'DocumentTagged', data: { ...ids, tags: ['key', 'a'] } }, 'c1');
  await append(
    'document-page',
    {
      type: 'DocumentProcessingFailed',
      data: {
        documentId: 'page',
        caseId: 'c1',
        stage: 'extracting',
        reason: 'broken',
        message: 'It is broken.',
      },
    },
    'c1',
  );
  return append(
    'document-gone',
    { type: 'DocumentWithdrawn', data: { documentId: 'gone', caseId: 'c1', reason: 'privileged' } },
    'c1',
  );
}
