import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Progress } from './progress.ts';

test('the checkpoint waits for the earliest that is not done', () => {
  const progress = new Progress({ checkpoint: 10, doneAhead: [] });
  for (const place of [11, 14, 17]) progress.start(place);
  progress.finish(14);
  expect(progress.snapshot()).toEqual({ checkpoint: 10, doneAhead: [14] });
  progress.finish(11);
  expect(progress.snapshot()).toEqual({ checkpoint: 16, doneAhead: [] });
  progress.finish(17);
  progress.scan(40);
  expect(progress.snapshot()).toEqual({ checkpoint: 40, doneAhead: [] });
});

test('after a restart exactly what was not done is started again, whatever the order of the answers', () => {
  const sequences = fc.record({
    places: fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 40 }),
    answered: fc.array(fc.nat(39)),
  });
  fc.assert(
    fc.property(sequences, ({ places, answered }) => {
      const ascending = places.toSorted((a, b) => a - b);
      const progress = new Progress({ checkpoint: 0, doneAhead: [] });
      for (const place of ascending) progress.start(place);
      const done = new Set(answered.flatMap((index) => ascending[index] ?? []));
      for (const place of done) progress.finish(place);
      const restarted = new Progress(progress.snapshot());
      const again = ascending.filter((place) => place > restarted.checkpoint && restarted.start(place));
      expect(again).toEqual(ascending.filter((place) => !done.has(place)));
    }),
  );
});
