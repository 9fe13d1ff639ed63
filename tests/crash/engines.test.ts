import { describe, expect, test } from 'vitest';
import { seededRandom } from '../support/random.ts';
import { playEngineRounds } from './engine-rounds.ts';
import { settingsWith } from './faults/faults.ts';
import { killedGraph, killedPostgres } from './killed-engines.ts';
import { playLogRounds } from './log-rounds.ts';

const seed = Number(process.env.CASEFOLD_TEST_SEED ?? Date.now() % 1_000_000);
const random = seededRandom(seed);
const rounds = 5;

describe(`an embedded engine, killed again and again (CASEFOLD_TEST_SEED=${seed})`, () => {
  test('the event store has whatever it acknowledged, once, where it said it is', async () => {
    const { acknowledged, wrong } = await playLogRounds({ rounds, writers: 16 }, random);
    expect(wrong).toEqual([]);
    expect(acknowledged).toBeGreaterThan(16 * rounds);
  });

  test.each([killedPostgres(), killedGraph])(
    '$name has whatever it acknowledged, and no transaction half',
    async (engine) => {
      expect(await playEngineRounds(engine, rounds, random)).toEqual([]);
    },
  );
});

describe('these rounds find', () => {
  const lost = /was acknowledged and is lost/;

  test('an event store that acknowledges what is not on disk yet', async () => {
    const settings = settingsWith('the log acknowledges what is not on disk yet');
    const { wrong } = await playLogRounds({ rounds, writers: 16 }, random, settings);
    expect(wrong.join('\n')).toMatch(/acknowledged revision \d+ is lost|not at the expected|WrongExpected/);
  });

  test('a Postgres that answers COMMIT before its log is written', async () => {
    const engine = killedPostgres('-c synchronous_commit=off');
    expect((await playEngineRounds(engine, rounds, random)).join('\n')).toMatch(lost);
  });

  test('a graph that answers COMMIT before it commits', async () => {
    const settings = settingsWith('the graph acknowledges what is not on disk yet');
    expect((await playEngineRounds(killedGraph, rounds, random, settings)).join('\n')).toMatch(lost);
  });
});
