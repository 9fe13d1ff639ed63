import { describe, expect, test } from 'vitest';
import type { BehaviourRequest, Done } from '#domain/insight/analysis';
import { analyseByRules } from './rules.ts';

let clock = Date.parse('2026-01-01T10:00:00.000Z');
const did = (action: Done['action'], more: Partial<Done> = {}): Done => {
  clock += 1000;
  return { action, occurredAt: new Date(clock).toISOString(), ...more };
};
const dwelled = (documentId: string, seconds: number) => [
  did('viewed', { documentId }),
  did('dwelled', { documentId, milliseconds: seconds * 1000 }),
];
const searched = (query: string) => did('searched', { query });
const document = (documentId: string, ...topics: string[]) => ({
  documentId,
  fileName: `${documentId}.pdf`,
  topics,
});
const candidates: BehaviourRequest['candidates'] = [
  { action: 'read-document', label: 'Read e.pdf', reason: 'It is like d.pdf.', documentId: 'e' },
  { action: 'read-document', label: 'Read f.pdf', reason: 'It is like d.pdf.', documentId: 'f' },
  { action: 'ask-question', label: 'Ask about rent', reason: 'You searched for it.', query: 'rent' },
  { action: 'generate-report', label: 'Make the report', reason: 'You read the case.' },
];
const analyse = (done: Done[], documents: BehaviourRequest['documents'] = []) =>
  analyseByRules({ done, documents, candidates });

const five = ['a', 'b', 'c', 'd', 'e'];

describe('how somebody gets on', () => {
  test('who searches for the same again and again and opens nothing is stuck', () => {
    const said = analyse([searched('rent review'), searched('reviewing the rent'), searched('rent clause')]);
    expect(said.state).toBe('stuck');
    expect(said.nextBestActions[0]?.action).toBe('ask-question');
    expect(said.notification).toMatchObject({ title: 'Not finding “rent clause”?', urgency: 'normal' });
  });
  test('who searches for different things and opens what is found is not', () => {
    const done = ['rent', 'break clause', 'deposit'].flatMap((query) => [
      searched(query),
      ...dwelled('d', 20),
      ...dwelled('e', 20),
    ]);
    expect(analyse(done).state).not.toBe('stuck');
  });
  test('who gives up typing again and again is stuck', () => {
    expect(analyse([did('typed'), did('typed'), did('typed')]).state).toBe('stuck');
  });
  test('who likes and tags gets on', () => {
    const said = analyse([
      searched('rent'),
      did('liked', { documentId: 'd' }),
      did('tagged', { documentId: 'd' }),
    ]);
    expect(said.state).toBe('progressing');
    expect(said.nextBestActions[0]?.action).toBe('generate-report');
    expect(said.notification).toBeUndefined();
  });
  test('who reads one or two for long is focused, and left alone', () => {
    const said = analyse([...dwelled('d', 300), ...dwelled('e', 120)]);
    expect(said.state).toBe('focused');
    expect(said.notification).toBeUndefined();
  });
  test('who glances at many that have nothing in common is distracted', () => {
    const said = analyse(
      five.flatMap((id) => dwelled(id, 4)),
      five.map((id) => document(id, `topic ${id}`)),
    );
    expect(said.state).toBe('distracted');
    expect(said.notification?.urgency).toBe('low');
  });
  test('who glances at many of one topic explores it', () => {
    const said = analyse(
      five.flatMap((id) => dwelled(id, 4)),
      five.map((id) => document(id, 'rent')),
    );
    expect(said).toMatchObject({ state: 'exploring', intent: 'Reads about rent, last in a.pdf.' });
  });
});

test('three actions are advised, of different kinds, and only what there is', () => {
  const { nextBestActions } = analyse(dwelled('d', 20));
  expect(nextBestActions.map(({ action }) => action)).toEqual([
    'read-document',
    'ask-question',
    'generate-report',
  ]);
  expect(candidates).toEqual(expect.arrayContaining(nextBestActions));
  expect(analyseByRules({ done: dwelled('d', 20), documents: [], candidates: [] }).nextBestActions).toEqual(
    [],
  );
});
