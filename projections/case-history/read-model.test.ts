import { expect, test } from 'vitest';
import { type CasefoldEvent, eventRegistry } from '#domain/registry';
import { seededRandom } from '#tests/support/random';
import { randomLog } from '#tests/support/random-log';
import { contentOf, recorded } from '../read-model-specification.ts';
import { caseHistory } from './read-model.ts';

const sha256 = 'a'.repeat(64);
const extraction = {
  text: { sha256, characters: 1 },
  structure: { sha256, pages: 0, sections: 0, passages: 0 },
};
const tags = Array.from({ length: 21 }, (_, index) => `tag ${index}`);
const tagged: CasefoldEvent = { type: 'DocumentTagged', data: { documentId: 'd', caseId: 'c', tags } };

test('an event of a case is a row, with long lists cut and their length told', async () => {
  const content = await contentOf(caseHistory(['DocumentTagged']), recorded([tagged]));
  expect(content.history_event).toEqual([
    {
      position: 0n,
      eventId: 'e0',
      type: 'DocumentTagged',
      stream: 'document-d',
      revision: 0n,
      caseId: 'c',
      documentId: 'd',
      actorKind: 'person',
      actorId: 'ada',
      occurredAt: new Date('2026-01-01T00:00:00.000Z'),
      recordedAt: new Date('2026-01-01T00:00:00.000Z'),
      correlationId: 'c0',
      causationId: 'c0',
      data: { documentId: 'd', caseId: 'c', tags: { first: tags.slice(0, 20), count: 21 } },
    },
  ]);
});

test('an event of no document says so, and one of no case has no row', async () => {
  const content = await contentOf(
    caseHistory(['CaseOpened', 'UserRegistered']),
    recorded([
      { type: 'CaseOpened', data: { caseId: 'c', name: 'Acme' } },
      { type: 'UserRegistered', data: { userId: 'ada', name: 'Ada' } },
    ]),
  );
  expect(content.history_event).toMatchObject([{ type: 'CaseOpened', documentId: null }]);
});

test('no event of a case is left out', async () => {
  const log = recorded(randomLog(150, seededRandom(3), [extraction]));
  const ofCases = log.filter(({ metadata }) => metadata.caseId);
  const content = await contentOf(caseHistory(Object.keys(eventRegistry)), log, [7]);
  const positions = (content.history_event as { position: bigint }[]).map(({ position }) => position);
  expect(positions.sort((a, b) => Number(a - b))).toEqual(ofCases.map(({ position }) => position));
});
