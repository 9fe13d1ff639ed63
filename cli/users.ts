import { Argument, type Command } from 'commander';
import { tierSchema } from '#domain/user/events';
import { endWith, exitCodes } from './exit-codes.ts';
import { type CommonOptions, print, talkingCommand } from './projections/subcommand.ts';
import { findCasefold } from './running-casefold.ts';

/** `casefold users`: what the owner decides about people. */
export function addUsersCommand(program: Command): void {
  const users = program.command('users').description('decide what people may ask for');
  talkingCommand(users, 'tier', "change a person's tier: graph analysis and deep research need pro", [
    'users tier owner pro',
  ])
    .argument('<user id>', 'whose')
    .addArgument(new Argument('<tier>', 'which').choices(tierSchema.options))
    .action((userId: string, tier: string, options: CommonOptions) =>
      endWith(async () => {
        const path = `/api/users/${encodeURIComponent(userId)}/tier`;
        const written = await findCasefold(options).request('PUT', path, { tier });
        print(options.json, written, () => [`${userId} is on the ${tier} tier.`]);
        return exitCodes.done;
      }),
    );
}
