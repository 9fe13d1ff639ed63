import { afterAll, beforeAll, expect, test } from 'vitest';
import { playRounds } from '../crash/rounds.ts';
import { type Deployment, startDeployment } from './deployment.ts';
import { worldOf } from './world.ts';

const seed = Number(process.env.CASEFOLD_TEST_SEED ?? Date.now() % 1_000_000);
const rounds = Number(process.env.CASEFOLD_CRASH_ROUNDS ?? 3);

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment?.stop());

test(`killing any role and any server under load loses nothing and does nothing twice (CASEFOLD_TEST_SEED=${seed})`, {
  timeout: rounds * 600_000,
}, async () => {
  console.log(`CASEFOLD_TEST_SEED=${seed}`);
  // Three rounds of three, and each of the nine has had its turn.
  expect(await playRounds(worldOf(deployment), { rounds, kills: 3, uploads: 10, seed })).toEqual([]);
});
