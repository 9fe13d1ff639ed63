/**
 * `npm run test:real`: the contract suite of each wire on the real server it is made for, then the product on all of
 * them, used and killed. Servers that are missing are installed; each run starts its own, on free ports and with data of
 * their own. The last line is `N passed, N failed`; the exit code is 1 if anything failed. A part that cannot run here
 * has failed.
 *
 *   npm run test:real -- --only postgres graph
 *   npm run test:real -- --only crash --rounds 50 --seed 4711
 */
import { Command, Option } from 'commander';
import { runChecks } from '../support/run-checks.ts';
import { parts } from './parts.ts';

const names = parts.map(({ name }) => name);
const {
  only = names,
  rounds,
  seed,
} = new Command('test:real')
  .description('the contract suites and the product on real servers')
  .addOption(new Option('--only <parts...>', 'run only these parts').choices(names))
  .option('--rounds <count>', 'rounds of the crash test')
  .option('--seed <number>', 'what chooses the moments and the victims of the crash test')
  .parse()
  .opts<{ only?: string[]; rounds?: string; seed?: string }>();
const settings = {
  ...(rounds && { CASEFOLD_CRASH_ROUNDS: rounds }),
  ...(seed && { CASEFOLD_TEST_SEED: seed }),
};

// Ctrl-C ends this process the usual way, so that the servers it started end with it.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

process.exit(
  await runChecks(
    parts
      .filter(({ name }) => only.includes(name))
      .map(({ name, run }) => ({ name, run: () => run(settings) })),
  ),
);
