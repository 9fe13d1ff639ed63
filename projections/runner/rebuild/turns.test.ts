import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

/** Keeps the process busy for a millisecond. */
function burn(): void {
  const end = performance.now() + 1;
  while (performance.now() < end);
}

test('much work of several lets the rest of the process have a turn after each slice, whoever worked', async () => {
  const turns = createTurns();
  let inRound = 0;
  let most = 0;
  let rounds = 0;
  let going = true;
  const round = () => {
    most = Math.max(most, inRound);
    inRound = 0;
    rounds++;
    if (going) setImmediate(round);
  };
  setImmediate(round);
  const work = async () => {
    for (let piece = 0; piece < 200; piece++) {
      burn();
      inRound++;
      if (turns.due()) await turns.rest();
    }
  };
  await Promise.all([work(), work(), work()]);
  going = false;
  expect(rounds).toBeGreaterThan(20);
  expect(most).toBeLessThan(28);
});
