import { appendFileSync } from 'node:fs';
import type { Reporter } from 'vitest/node';

/** Names the file that {@link UnhandledErrors} writes to. */
export const unhandledErrorsFile = 'CASEFOLD_UNHANDLED_ERRORS';

/**
 * A reporter of what fails a run though no test did: a promise that nobody awaited, a worker that died, an end that did not
 * come. A line each, with where it was met; the reporter in JSON leaves them out.
 */
export default class UnhandledErrors implements Reporter {
  onTestRunEnd: NonNullable<Reporter['onTestRunEnd']> = (_, errors) => {
    const file = process.env[unhandledErrorsFile];
    if (!file) return;
    for (const { name, message, stacks, VITEST_TEST_PATH: path } of errors) {
      const [{ file: at = '', line = 0 } = {}] = stacks ?? [];
      const where = [path, at && `${at}:${line}`].filter(Boolean).join(', ');
      appendFileSync(file, `${name ?? 'Error'}: ${message.split('\n', 1)[0]} (${where || 'no place'})\n`);
    }
  };
}
