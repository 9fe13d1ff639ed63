#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { exitCodes, UnreachableError } from './exit-codes.ts';
import { addModelsCommand } from './models/command.ts';
import { addProjectionsCommand } from './projections/command.ts';
import { roles } from './roles.ts';
import { findRunningCasefold } from './running-casefold.ts';
import { addUsersCommand } from './users.ts';
import { addWhyCommand } from './why.ts';

function portOf(text: string): number {
  const port = z.coerce.number().int().min(0).max(65535).safeParse(text);
  if (!port.success)
    throw new InvalidArgumentError('A port is a whole number from 0 to 65535; 0 takes a free one.');
  return port.data;
}

const program = new Command('casefold')
  .description('Every upload, action and AI insight in a case, kept as one history of events.')
  .showHelpAfterError('(add --help for how to use it)')
  // Help that was asked for ends with 0; whatever commander refuses is wrong usage.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exitCodes.done : exitCodes.usage));

program
  .command('up', { isDefault: true })
  .description('start Casefold and serve until Ctrl-C')
  .option('--port <number>', 'where to listen (CASEFOLD_PORT, 3000)', portOf)
  .option('--data <folder>', 'where everything is kept (CASEFOLD_DATA, ./data)')
  .option('--demo', 'load the demo case: 61 real documents through the real pipeline')
  .option('--open', 'open the browser, signed in')
  .addOption(
    new Option('--roles <roles...>', 'run only these parts, as containers of a deployment do').choices(roles),
  )
  // What only a server needs is loaded only by one: a command is to answer at once.
  .action(async (options) => (await import('./up.ts')).up(options));

program
  .command('link')
  .description('print a new sign-in link of the running Casefold')
  .option('--data <folder>', 'the data folder it runs on')
  .action(async ({ data }: { data?: string }) => {
    const casefold = findRunningCasefold(data);
    const { link } = z
      .object({ link: z.string() })
      .parse(await casefold.request('POST', '/api/session/links'));
    console.log(link);
  });

program
  .command('doctor')
  .description('say which engine stands behind each wire, its version, and whether it answers')
  .option('--data <folder>', 'the data folder')
  .option('--json', 'as JSON, for scripts')
  .action(async (options: { data?: string; json?: boolean }) => {
    const { doctor } = await import('./doctor.ts');
    process.exitCode = (await doctor(options)) ? 0 : 1;
  });

addModelsCommand(program);
addProjectionsCommand(program);
addUsersCommand(program);
addWhyCommand(program);

program.parseAsync().catch(async (error: unknown) => {
  const words =
    error instanceof UnreachableError ? error.message : (await import('./up.ts')).explainStartFailure(error);
  console.error(words);
  process.exit(1);
});
