import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { describeProjection, parkedTable } from './describe.ts';
import { listTable } from './list-table.ts';
import { allNames, type CommonOptions, print, projectionsOf, talk, talkingCommand } from './subcommand.ts';
import { watchList } from './watch-list.ts';

/** `list`, `show`, `parked`. */
export function addSeeing(parent: Command): void {
  talkingCommand(
    parent,
    'list',
    'how each projection is doing: position, lag, rate, parked events, rebuilds',
    ['projections list --watch'],
  )
    .option('-w, --watch', 'refresh the table in place until Ctrl-C (in a terminal)')
    .action((options: CommonOptions & { watch?: boolean }) =>
      talk(options, async (client) => {
        if (options.watch && !options.json && process.stdout.isTTY) await watchList(client);
        else {
          const board = await client.list();
          print(options.json, board, () => listTable(board));
        }
        return exitCodes.done;
      }),
    );

  talkingCommand(
    parent,
    'show <projection>',
    'one projection in full: partitions, generations, last certificate, and what was decided about it',
    ['projections show document-list'],
  ).action((name: string, options: CommonOptions) =>
    talk(options, async (client) => {
      const detail = await client.show(name);
      print(options.json, detail, () => describeProjection(detail));
      return exitCodes.done;
    }),
  );

  talkingCommand(
    parent,
    'parked [projections...]',
    'the events put aside because one could not be applied, with the error',
    ['projections parked', 'projections parked document-list --json'],
  )
    .option('--all', 'of every projection, as if none is named')
    .action((named: string[], options: CommonOptions & { all?: boolean }) =>
      talk(options, async (client) => {
        const all = options.all || named.length === 0;
        const names = await projectionsOf(named, all, () => allNames(client));
        const found = await Promise.all(
          names.map(async (projection) => ({ projection, items: await client.parked(projection) })),
        );
        print(options.json, { projections: found }, () => {
          const some = found.filter(({ items }) => items.length > 0);
          if (some.length === 0) return ['Nothing is parked.'];
          return [
            ...some.flatMap(({ projection, items }) => [projection, ...parkedTable(items), '']),
            `To go on: casefold projections retry ${some[0]?.projection} --all, or`,
            `casefold projections skip ${some[0]?.projection} <position> --reason "…"`,
          ];
        });
        return exitCodes.done;
      }),
    );
}
