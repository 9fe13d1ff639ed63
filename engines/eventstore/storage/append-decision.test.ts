import { expect, test } from 'vitest';
import { decideAppend, type StreamHistory } from './append-decision.ts';
import { SOFT_DELETED, type Stream } from './streams.ts';

/** A stream whose events have the ids a, b, c … from revision 0 on. */
function streamOf(ids: string, changes: Partial<Stream> = {}) {
  const stream: Stream = {
    id: 1,
    name: 'case-1',
    nameBytes: Buffer.from('case-1'),
    last: ids.length - 1,
    tombstoned: false,
    truncateBefore: 0,
    maxCount: null,
    maxAge: null,
    ...changes,
  };
  const history: StreamHistory = {
    eventsFrom: (revision, count) =>
      [...ids].slice(revision, revision + count).map((id, index) => ({
        id,
        revision: revision + index,
        position: 100 + revision + index,
      })),
    recentRevision: (id) => (ids.includes(id) ? ids.indexOf(id) : undefined),
  };
  return { stream, history };
}

const append = { kind: 'append' };
const wrong = (current: number) => ({ kind: 'wrong-expected-revision', current });
const repeated = (id: string, revision: number) => ({
  kind: 'repeated',
  last: { id, revision, position: 100 + revision },
});

test.each([
  ['', 'any', 'x', append],
  ['', 'no_stream', 'x', append],
  ['', 'stream_exists', 'x', wrong(-1)],
  ['', 0, 'x', wrong(-1)],
  ['abc', 'any', 'x', append],
  ['abc', 'no_stream', 'x', wrong(2)],
  ['abc', 'stream_exists', 'x', append],
  ['abc', 2, 'x', append],
  ['abc', 1, 'x', wrong(2)],
  ['abc', 3, 'x', wrong(2)],
  // The same events again.
  ['abc', 'no_stream', 'abc', repeated('c', 2)],
  ['abc', 'no_stream', 'ab', repeated('b', 1)],
  ['abc', 0, 'bc', repeated('c', 2)],
  ['abc', 'any', 'bc', repeated('c', 2)],
  ['abc', 'stream_exists', 'a', repeated('a', 0)],
  // Some of them, with others.
  ['abc', 'no_stream', 'abcx', wrong(2)],
  ['abc', 0, 'bx', wrong(2)],
  ['abc', 'any', 'cx', wrong(2)],
  // At the end there is nothing behind to compare with: known ids or not, they are appended.
  ['abc', 2, 'a', append],
] as const)('%s, expecting %s, appending %s', (ids, expected, appended, outcome) => {
  const { stream, history } = streamOf(ids);
  expect(decideAppend(stream, expected, [...appended], history)).toEqual(outcome);
});

test('a stream that was deleted softly begins again, for whoever expects none', () => {
  const { stream, history } = streamOf('abc', { truncateBefore: SOFT_DELETED });
  expect(decideAppend(stream, 'no_stream', ['x'], history)).toEqual(append);
  expect(decideAppend(stream, 'any', ['x'], history)).toEqual(append);
  expect(decideAppend(stream, 2, ['x'], history)).toEqual(append);
  expect(decideAppend(stream, 'stream_exists', ['x'], history)).toEqual({ kind: 'stream-deleted' });
});

test('a tombstone refuses everything', () => {
  const { stream, history } = streamOf('abc', { tombstoned: true });
  for (const expected of ['any', 'no_stream', 'stream_exists', 2] as const) {
    expect(decideAppend(stream, expected, ['x'], history)).toEqual({ kind: 'stream-deleted' });
  }
});
