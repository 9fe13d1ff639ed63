import type { Command } from 'commander';
import type { ProjectionItem } from '#read-api/contract-projections';
import type { ProjectionClient } from './client.ts';
import { type Decision, decideEach, type Outcome } from './decide-each.ts';
import { allNames, type CommonOptions, projectionsOf, seconds, talk, talkingCommand } from './subcommand.ts';

export type SteeringOptions = CommonOptions & {
  readonly all?: boolean;
  readonly wait?: boolean;
  readonly timeout?: number;
};

export const waiting = (command: Command): Command =>
  command
    .option('--wait', 'end when it is done, not only decided')
    .option('--timeout <time>', 'with --wait: how long at the most, like 90, 15m or 2h', seconds);

/** Projections that have a generation in some state. */
const withGeneration = async (client: ProjectionClient, state: ProjectionItem['generations'][0]['state']) => {
  const { items } = await client.list();
  const found = items.filter(({ generations }) => generations.some((each) => each.state === state));
  return [...new Set(found.map(({ name }) => name))];
};

/** Whether a switch that was asked for at a position has been made. */
async function switched(
  client: ProjectionClient,
  name: string,
  position: bigint,
): Promise<Outcome | undefined> {
  const { history, decided } = await client.show(name);
  const [end] = history.filter(
    (each) =>
      BigInt(each.position) > position &&
      ['ProjectionSwitched', 'ProjectionSwitchRefused'].includes(each.type),
  );
  if (end?.type === 'ProjectionSwitched') {
    return { ok: true, message: `readers see generation ${decided.switched?.to} now` };
  }
  return end && { ok: false, message: `not switched: ${end.data.message}` };
}

/** Whether every partition does, or does not do, what `paused` says. */
async function pausedIs(
  client: ProjectionClient,
  name: string,
  paused: boolean,
): Promise<Outcome | undefined> {
  const { status } = await client.show(name);
  const all =
    status.length > 0 && status.every(({ state, stale }) => !stale && (state === 'paused') === paused);
  return all ? { ok: true, message: paused ? 'paused' : 'goes on' } : undefined;
}

/** `switch`, `rollback`, `pause`, `resume`. */
export function addSteering(parent: Command): void {
  waiting(
    talkingCommand(
      parent,
      'switch [projections...]',
      'let readers see the generation that is ready, in one step',
      ['projections switch document-list --wait'],
    ),
  )
    .option('--all', 'every projection that has one ready')
    .action((named: string[], options: SteeringOptions) =>
      talk(options, async (client) =>
        decideEach(
          client,
          await projectionsOf(named, options.all, () => withGeneration(client, 'ready')),
          options,
          {
            action: 'switch',
            done: 'switch asked for',
            outcome: (name, position) => switched(client, name, position),
          },
        ),
      ),
    );

  waiting(
    talkingCommand(
      parent,
      'rollback [projections...]',
      'let readers see the generation before again, while it is kept',
      ['projections rollback document-list --wait'],
    ),
  )
    .option('--all', 'every projection whose generation before is kept')
    .action((named: string[], options: SteeringOptions) =>
      talk(options, async (client) =>
        decideEach(
          client,
          await projectionsOf(named, options.all, () => withGeneration(client, 'retired')),
          options,
          {
            action: 'rollback',
            done: 'switch back asked for',
            outcome: (name, position) => switched(client, name, position),
          },
        ),
      ),
    );

  for (const [verb, paused] of [
    ['pause', true],
    ['resume', false],
  ] as const) {
    waiting(
      talkingCommand(
        parent,
        `${verb} [projections...]`,
        paused
          ? 'apply nothing to a projection for now; readers see it as it is'
          : 'go on applying events to a projection',
        [`projections ${verb} document-list`, `projections ${verb} document-list --rebuild`],
      ),
    )
      .option('--all', 'every projection')
      .option('--rebuild', 'only its rebuild')
      .action((named: string[], options: SteeringOptions & { rebuild?: boolean }) =>
        talk(options, async (client) => {
          const names = await projectionsOf(named, options.all, () =>
            options.rebuild ? atWork(client) : allNames(client),
          );
          return decideEach(client, names, options, pauseOrResume(client, verb, paused, options.rebuild));
        }),
      );
  }
}

const atWork = async (client: ProjectionClient) => {
  const { items } = await client.list();
  return [...new Set(items.filter(({ rebuild }) => rebuild).map(({ name }) => name))];
};

function pauseOrResume(
  client: ProjectionClient,
  verb: 'pause' | 'resume',
  paused: boolean,
  rebuild: boolean | undefined,
): Decision {
  const action = rebuild ? `rebuild/${verb}` : verb;
  const what = rebuild ? 'the rebuild' : 'it';
  const done = paused ? `${what} is to pause` : `${what} is to go on`;
  if (!rebuild) return { action, done, outcome: (name) => pausedIs(client, name, paused) };
  return {
    action,
    done,
    async outcome(name) {
      const { status } = await client.show(name);
      const working = status.find((each) => each.rebuild)?.rebuild;
      return working?.paused === paused
        ? { ok: true, message: paused ? 'the rebuild is paused' : 'the rebuild goes on' }
        : undefined;
    },
  };
}
