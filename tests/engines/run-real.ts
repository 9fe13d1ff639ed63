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
import { parts } from './parts.ts';
import { UnavailableHereError } from './real-server.ts';

/** Why a part could not even begin, in words; an error that nobody foresaw is shown whole. */
const explain = (error: unknown) =>
  error instanceof UnavailableHereError ? `cannot run here: ${error.message}` : error;

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

let passed = 0;
let failed = 0;
const lines: string[] = [];
for (const { name, run } of parts.filter((part) => only.includes(part.name))) {
  console.log(`\n── ${name}`);
  const began = Date.now();
  const outcome = await run(settings).catch((error: unknown) => {
    console.error(explain(error));
    return { passed: 0, failed: 1, on: 'nothing: it could not run' };
  });
  passed += outcome.passed;
  failed += outcome.failed;
  const seconds = Math.round((Date.now() - began) / 1000);
  const mark = outcome.failed > 0 ? '✗' : '✓';
  lines.push(
    `${mark} ${name}: ${outcome.passed} passed, ${outcome.failed} failed, ${seconds} s, on ${outcome.on}`,
  );
}
console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
