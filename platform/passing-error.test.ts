import { expect, test } from 'vitest';
import { isPassingSystemError } from './passing-error.ts';
import { ServiceUnavailableError } from './service-unavailable.ts';

test('what passes is told by its own name or code, however deep it lies', () => {
  const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  expect(isPassingSystemError(refused)).toBe(true);
  expect(isPassingSystemError(new TypeError('fetch failed', { cause: refused }))).toBe(true);
  // A model that was never pulled has no code of the system's.
  expect(isPassingSystemError(new ServiceUnavailableError('no model'))).toBe(true);
  expect(isPassingSystemError(new Error('a batch', { cause: new ServiceUnavailableError('x') }))).toBe(true);
});

test('what says something about the work is none of it', () => {
  expect(isPassingSystemError(new Error('a text that nobody can read'))).toBe(false);
  expect(isPassingSystemError(Object.assign(new Error('no file'), { code: 'ENOENT' }))).toBe(false);
  expect(isPassingSystemError('a string')).toBe(false);
});
