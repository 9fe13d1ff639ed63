import { expect, onTestFailed, onTestFinished, test } from 'vitest';
import { startOneMachine } from './one-machine.ts';
import { playRounds } from './rounds.ts';

const seed = Number(process.env.CASEFOLD_TEST_SEED ?? Date.now() % 1_000_000);
const rounds = Number(process.env.CASEFOLD_CRASH_ROUNDS ?? 2);

test(`killing any process under load loses nothing and does nothing twice (CASEFOLD_TEST_SEED=${seed})`, {
  timeout: rounds * 600_000,
}, async () => {
  console.log(`CASEFOLD_TEST_SEED=${seed}`);
  const world = await startOneMachine();
  onTestFailed(() => console.log(world.printed().slice(-10_000)));
  onTestFinished(() => world.stop());
  expect(await playRounds(world, { rounds, kills: 2, uploads: 10, seed })).toEqual([]);
});
