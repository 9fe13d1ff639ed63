import { expect, test } from 'vitest';
import { UnreachableError } from '../exit-codes.ts';
import { RefusedError } from '../running-casefold.ts';
import { poll } from './poll.ts';

const answers = (...each: (Error | string | undefined)[]) => {
  const left = [...each];
  return async () => {
    const next = left.shift();
    if (next instanceof Error) throw next;
    return next;
  };
};

test('waits through a restart of Casefold', async () => {
  const away = [new UnreachableError('gone'), new RefusedError('starting', 503)];
  expect(await poll(answers(undefined, ...away, 'there'), undefined)).toBe('there');
});

test('ends at once with what will not pass by itself', async () => {
  await expect(poll(answers(new RefusedError('no', 404), 'there'), undefined)).rejects.toThrow('no');
});

test('gives up when the time is over', async () => {
  expect(await poll(async () => undefined, 0.01)).toBeUndefined();
});
