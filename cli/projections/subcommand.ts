import { type Command, InvalidArgumentError } from 'commander';
import { type ExitCode, endWith, exitCodesHelp, UsageError } from '../exit-codes.ts';
import type { Whereabouts } from '../running-casefold.ts';
import { type ProjectionClient, projectionClient } from './client.ts';

/** What every command about projections takes. */
export type CommonOptions = Whereabouts & { readonly json?: boolean };

/** Adds a command that talks to a running Casefold, with an example of its use. */
export const talkingCommand = (
  parent: Command,
  usage: string,
  description: string,
  examples: readonly string[],
): Command =>
  parent
    .command(usage)
    .description(description)
    .option('--url <address>', 'where Casefold answers (CASEFOLD_URL; else found by the data folder)')
    .option('--token <token>', 'who you are to it (CASEFOLD_TOKEN; else found in the data folder)')
    .option('--data <folder>', 'the data folder of a Casefold on this machine (CASEFOLD_DATA)')
    .option('--json', 'as JSON, for scripts')
    .addHelpText(
      'after',
      `\nExample${examples.length > 1 ? 's' : ''}:\n${examples.map((each) => `  $ casefold ${each}`).join('\n')}\n${exitCodesHelp}`,
    );

/** Runs a command against the Casefold that its options name. */
export const talk = (
  options: CommonOptions,
  action: (client: ProjectionClient) => Promise<ExitCode>,
): Promise<void> => endWith(async () => action(projectionClient(options)));

/** Prints JSON, or what a person reads. */
export function print(json: boolean | undefined, value: unknown, lines: () => readonly string[]): void {
  console.log(json ? JSON.stringify(value, null, 2) : lines().join('\n'));
}

/**
 * The projections a command is for: those named, or with `--all` those that `among` picks.
 *
 * @throws {UsageError} if none is named, or both are given
 */
export async function projectionsOf(
  named: readonly string[],
  all: boolean | undefined,
  among: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  if (named.length > 0 && all) throw new UsageError('Name projections, or say --all: not both.');
  if (all) return among();
  if (named.length === 0) {
    throw new UsageError(
      'Name a projection, or say --all. "casefold projections list" shows those there are.',
    );
  }
  return [...new Set(named)];
}

/** Every projection that Casefold has. */
export async function allNames(client: ProjectionClient): Promise<string[]> {
  const { items, unheard } = await client.list();
  return [...new Set([...items.map(({ name }) => name), ...unheard])].toSorted();
}

const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A length of time as it is typed: `90`, `90s`, `15m`, `2h`, `1d`. */
export function seconds(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)([smhd])?$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('A time is like 90, 90s, 15m, 2h or 1d.');
  return Number(number) * (secondsIn[unit] ?? 1);
}

export function positiveNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0 && Number.isFinite(number))) throw new InvalidArgumentError('A number above 0 is needed.');
  return number;
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(text);
}
