import { expect, test } from 'vitest';
import { upcast } from '../event.ts';
import { documentEvents } from './events.ts';

test('an analysis from before relations has none, and no places of its topics', () => {
  const ids = { documentId: 'd', caseId: 'c' };
  const provenance = {
    model: { name: 'm', version: '1', digest: 'x', kind: 'built-in' },
    parameters: {},
    inputs: [],
  };
  const first = { ...ids, summary: [], topics: [{ label: 'breach', score: 1 }], entities: [], provenance };
  const data = upcast('DocumentAnalysed', documentEvents.DocumentAnalysed, first, 1);
  expect(documentEvents.DocumentAnalysed.schema.parse(data)).toEqual({
    ...first,
    topics: [{ label: 'breach', score: 1, mentions: [] }],
    relations: [],
  });
});
