import { type Command, Option } from 'commander';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { ProjectionClient } from './client.ts';
import { decideEach } from './decide-each.ts';
import { certificateLines } from './describe.ts';
import { noProgress, rebuildBars } from './rebuild-progress.ts';
import {
  allNames,
  type CommonOptions,
  positiveNumber,
  print,
  projectionsOf,
  seconds,
  talk,
  talkingCommand,
  wholeNumber,
} from './subcommand.ts';
import { type RebuildOutcome, waitForRebuilds } from './wait-for-rebuild.ts';

type FillOptions = CommonOptions & {
  readonly all?: boolean;
  readonly partitions?: number;
  readonly throttle?: number;
  readonly wait?: boolean;
  readonly timeout?: number;
};
type RebuildOptions = FillOptions & {
  readonly byHand?: boolean;
  readonly soak?: number;
  readonly model?: string;
};

const filling = (command: Command) =>
  command
    .option('--all', 'every projection, in one scan of the log')
    .option(
      '--partitions <number>',
      'split the work by stream into so many (as the live generation)',
      wholeNumber,
    )
    .option('--throttle <events>', 'at most so many events a second', positiveNumber)
    .option('--wait', 'show progress until it is done')
    .option('--timeout <time>', 'with --wait: how long at the most, like 90, 15m or 2h', seconds);

/** `rebuild`, `verify`, `cancel`, `throttle`. */
export function addRebuilding(parent: Command): void {
  filling(
    talkingCommand(
      parent,
      'rebuild [projections...]',
      'fill a new generation from the log beside the live one; readers see it once it is certified',
      [
        'projections rebuild document-list --wait',
        'projections rebuild --all --by-hand --throttle 5000',
        'projections rebuild passage-vectors --model casefold-lexical-256 --wait',
      ],
    ),
  )
    .option('--by-hand', 'do not switch when it is ready: wait for "casefold projections switch"')
    .option('--model <name>', 'the model to make it by (as the live generation)')
    .option(
      '--soak <time>',
      'how long the generation before is kept after the switch (1h, at least 10s)',
      seconds,
    )
    .action((named: string[], options: RebuildOptions) =>
      talk(options, (client) =>
        fill(client, 'rebuild', named, options, {
          switch: options.byHand ? 'by-hand' : 'when-ready',
          ...(options.soak !== undefined && { soakSeconds: Math.round(options.soak) }),
          ...(options.model !== undefined && { model: options.model }),
        }),
      ),
    );

  filling(
    talkingCommand(
      parent,
      'verify [projections...]',
      'check the live generation against a fresh fold of the log, and say equal or where not',
      ['projections verify --all --wait'],
    ),
  ).action((named: string[], options: FillOptions) =>
    talk(options, (client) => fill(client, 'verify', named, options, {})),
  );

  talkingCommand(parent, 'cancel [projections...]', 'give a rebuild up; readers never saw it', [
    'projections cancel document-list',
  ])
    .option('--all', 'every rebuild that is at work or ready')
    .action((named: string[], options: FillOptions) =>
      talk(options, async (client) => {
        const names = await projectionsOf(named, options.all, () => rebuilding(client));
        return decideEach(client, names, options, { action: 'rebuild/cancel', done: 'rebuild cancelled' });
      }),
    );

  talkingCommand(parent, 'throttle [projections...]', 'hold a rebuild to a rate, or let it run free', [
    'projections throttle document-list --rate 2000',
    'projections throttle --all --off',
  ])
    .option('--all', 'every rebuild that is at work')
    .addOption(new Option('--rate <events>', 'events a second').argParser(positiveNumber).conflicts('off'))
    .option('--off', 'as fast as it can')
    .action((named: string[], options: FillOptions & { rate?: number; off?: boolean }, command: Command) =>
      talk(options, async (client) => {
        if (!options.off && options.rate === undefined) command.error('error: say --rate <events> or --off');
        const names = await projectionsOf(named, options.all, () => rebuilding(client));
        const throttle = options.rate;
        return decideEach(client, names, options, {
          action: 'rebuild/throttle',
          body: throttle === undefined ? {} : { throttle },
          done: throttle === undefined ? 'runs as fast as it can' : `held to ${throttle} events a second`,
        });
      }),
    );
}

const rebuilding = async (client: ProjectionClient): Promise<string[]> => {
  const { items } = await client.list();
  return [...new Set(items.filter(({ rebuild }) => rebuild).map(({ name }) => name))];
};

async function fill(
  client: ProjectionClient,
  what: 'rebuild' | 'verify',
  named: readonly string[],
  options: FillOptions,
  more: object,
): Promise<ExitCode> {
  const { all, partitions, throttle, wait, json } = options;
  const projections = await projectionsOf(named, all, () => allNames(client));
  const fillOf = { ...(partitions && { partitions }), ...(throttle && { throttle }) };
  const asked = await client.fill(what, { projections, ...fillOf, ...more });
  for (const { projection, detail } of asked.refused) console.error(`${projection}: ${detail}`);
  const refused = asked.refused.length > 0 ? exitCodes.failed : exitCodes.done;
  if (!wait) {
    print(json, asked, () => [
      ...asked.rebuilds.map(({ projection, rebuildId }) => `${projection}: ${what} asked for (${rebuildId})`),
      'See it with: casefold projections list --watch',
    ]);
    return refused;
  }
  const names = asked.rebuilds.map(({ projection }) => projection);
  const progress = json ? noProgress : rebuildBars(names);
  const items = await waitForRebuilds(client, asked.rebuilds, options.timeout, progress);
  print(json, { items, refused: asked.refused }, () => items.flatMap(outcomeLines));
  return refused === exitCodes.done ? codeOf(items) : refused;
}

function outcomeLines({ projection, outcome, message, certificate }: RebuildOutcome): string[] {
  const words: Record<RebuildOutcome['outcome'], string> = {
    switched: 'rebuilt, and readers see it',
    ready: `rebuilt; to let readers see it: casefold projections switch ${projection}`,
    equal: 'equal to what the log says',
    different: 'DIFFERENT from what the log says',
    failed: message ?? 'failed',
    cancelled: message ?? 'cancelled',
    'not-yet': `not done yet; it goes on. See: casefold projections show ${projection}`,
  };
  return [
    `${projection}: ${words[outcome]}`,
    ...(certificate ? certificateLines(certificate).map((line) => `  ${line}`) : []),
  ];
}

/** Found different or failed outweighs not yet: that will not change. */
function codeOf(items: readonly RebuildOutcome[]): ExitCode {
  const outcomes = items.map(({ outcome }) => outcome);
  if (outcomes.some((each) => ['different', 'failed', 'cancelled'].includes(each))) return exitCodes.failed;
  return outcomes.includes('not-yet') ? exitCodes.notYet : exitCodes.done;
}
