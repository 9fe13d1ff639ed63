import type { Command } from 'commander';
import { exitCodes } from './exit-codes.ts';
import { type CommonOptions, print, talk, talkingCommand } from './projections/subcommand.ts';
import { textTable } from './projections/text-table.ts';
import { moment } from './projections/words.ts';

/** `casefold why`: the events behind a row, an edge or a key. */
export function addWhyCommand(program: Command): void {
  talkingCommand(
    program,
    'why <projection> <key...>',
    'tell which events shaped an entry of a read model: a row, a node, an edge, a key',
    [
      'why document-list <document id>',
      'why case-graph <document id> <entity id>',
      'why case-graph <user id> <document id> --part VIEWED',
    ],
  )
    .option(
      '--part <name>',
      'the table, label, relationship or key space (else it is looked for in each, and named)',
    )
    .action((projection: string, key: string[], options: CommonOptions & { part?: string }) =>
      talk(options, async (client) => {
        const lineage = await client.why(projection, key, options.part);
        print(options.json, lineage, () => [
          `${lineage.key.join(' ')} of ${lineage.part} in ${lineage.projection} was shaped by`,
          ...textTable(lineage.events, [
            { title: 'POSITION', text: ({ position }) => position, align: 'right' },
            { title: 'WHEN', text: ({ occurredAt }) => moment(occurredAt) },
            { title: 'EVENT', text: ({ type }) => type },
            { title: 'BY', text: ({ actor }) => actor.id },
            { title: 'STREAM', text: ({ stream }) => stream },
          ]),
        ]);
        return exitCodes.done;
      }),
    );
}
