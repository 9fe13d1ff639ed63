import type { Certificate } from '#domain/projection/certificate';

/** A certificate of `document-list` that finds the new generation different from the live one, in one entry. */
export const differingCertificate: Certificate = {
  projection: 'document-list',
  generation: 3,
  version: 1,
  codeRevision: `sha256:${'c4'.repeat(32)}`,
  positions: { after: '-1', upTo: '901222' },
  eventsInLog: { DocumentUploaded: 1200, DocumentTagged: 340, DocumentLiked: 0 },
  eventsApplied: { DocumentUploaded: 1200, DocumentTagged: 338 },
  eventsSkipped: { DocumentTagged: 2 },
  eventsParked: {},
  entries: { documents: 1200 },
  digest: 'a3'.repeat(32),
  seconds: 83.2,
  comparison: {
    generation: 2,
    position: '901222',
    entriesCompared: 1200,
    equal: false,
    digest: 'b7'.repeat(32),
    differing: 1,
    differences: [
      {
        part: 'documents',
        key: ['d1'],
        kind: 'different',
        before: '{"tags":["old"]}',
        after: '{"tags":["old","new"]}',
        events: [{ position: '901', type: 'DocumentTagged', eventId: 'e901', stream: 'document-d1' }],
      },
    ],
  },
};
