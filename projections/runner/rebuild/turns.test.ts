import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('much work of several lets the rest of the process have a turn after each slice, whoever worked', async () => {
  // A clock that only the work moves: each piece of it takes a millisecond.
  let clock = 0;
  const turns = createTurns(() => clock);
  let inRound = 0;
  let most = 0;
  let rounds = 0;
  let going = true;
  const round = () => {
    // In the first, nobody has rested yet.
    if (rounds > 0) most = Math.max(most, inRound);
    inRound = 0;
    rounds++;
    if (going) setImmediate(round);
  };
  setImmediate(round);
  const work = async () => {
    for (let piece = 0; piece < 200; piece++) {
      clock++;
      inRound++;
      if (turns.due()) await turns.rest();
    }
  };
  await Promise.all([work(), work(), work()]);
  going = false;
  expect(rounds).toBeGreaterThan(20);
  // A slice of ten milliseconds, looked at every eighth time that somebody asks.
  expect(most).toBeLessThanOrEqual(16);
});
