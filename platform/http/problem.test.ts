import { expect, test } from 'vitest';
import { z } from 'zod';
import { invalidInput } from './problem.ts';

const refused = (schema: z.ZodType, value: unknown) => {
  const { error } = schema.safeParse(value);
  if (!error) throw new Error('It was taken.');
  return invalidInput(error);
};

test('text that is too long is told how long it may be', () => {
  const problem = refused(z.object({ q: z.string().max(3) }), { q: 'four' });
  expect(problem.errors).toEqual([{ field: 'q', message: 'At most 3 characters.' }]);
  expect(problem.message).toBe('q: At most 3 characters.');
});

test('a schema that has words of its own is left them', () => {
  const schema = z.object({ q: z.string().max(3, 'A word of three letters.') });
  expect(refused(schema, { q: 'four' }).errors).toEqual([
    { field: 'q', message: 'A word of three letters.' },
  ]);
});

test('what is too big otherwise is told as it is', () => {
  expect(refused(z.object({ limit: z.number().max(3) }), { limit: 4 }).errors?.[0]?.message).toContain('<=3');
});
