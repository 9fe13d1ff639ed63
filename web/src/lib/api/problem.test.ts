import { expect, test } from 'vitest';
import { describeError, problemFrom } from './problem.ts';

const refusal = (parts: object) =>
  describeError(
    problemFrom(422, JSON.stringify({ type: 'about:blank', title: 'Not so', status: 422, ...parts })),
  );

test('what was wrong with a field is said once, and without the name it has in the API', () => {
  const errors = [{ field: 'question', message: 'Write a question.' }];
  expect(refusal({ detail: 'question: Write a question.', errors })).toEqual({
    status: 422,
    message: 'Not so',
    detail: 'Write a question.',
  });
});

test('what a refusal says beside its title is shown as it stands', () => {
  expect(refusal({ detail: 'It is closed.' })).toMatchObject({ detail: 'It is closed.' });
  expect(refusal({ detail: 'It is closed.', errors: [] })).toMatchObject({ detail: 'It is closed.' });
});

test('a body that is no problem document is told by its status', () => {
  expect(describeError(problemFrom(502, '<html>Bad gateway</html>'))).toEqual({
    status: 502,
    message: 'The request failed (HTTP 502).',
  });
});
