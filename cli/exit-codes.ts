import { ConfigError } from '#platform/config';

/** What a script may tell from how a command ended. */
export const exitCodes = { done: 0, failed: 1, usage: 2, unreachable: 3, notYet: 4 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** For `--help`. */
export const exitCodesHelp = `
Exit codes:
  0  done
  1  failed, refused, or found different
  2  wrong usage
  3  cannot reach Casefold
  4  not yet: --timeout ran out before what --wait waits for (it goes on)`;

/** The command line was not as it should be; the message says how. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** No Casefold answers; the message says where it was looked for and what to do. */
export class UnreachableError extends Error {
  override name = 'UnreachableError';
}

/** The code for what was thrown. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UnreachableError) return exitCodes.unreachable;
  if (error instanceof UsageError || error instanceof ConfigError) return exitCodes.usage;
  return exitCodes.failed;
}

/** Runs what a command does: its exit code becomes that of the process, and an error a line for a person. */
export async function endWith(action: () => Promise<ExitCode>): Promise<void> {
  try {
    process.exitCode = await action();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = exitCodeOf(error);
  }
}
