import type { Command } from 'commander';
import { type ExitCode, exitCodes, UsageError } from '../exit-codes.ts';
import type { ProjectionClient } from './client.ts';
import { decideEach } from './decide-each.ts';
import { poll } from './poll.ts';
import { type SteeringOptions, waiting } from './steering.ts';
import { print, talk, talkingCommand } from './subcommand.ts';

/** `retry`, `skip`: what becomes of parked events. */
export function addParking(parent: Command): void {
  waiting(
    talkingCommand(
      parent,
      'retry <projection> [streams...]',
      'try parked events again, in order, after what kept them is mended',
      ['projections retry document-list document-6f1c --wait', 'projections retry document-list --all'],
    ),
  )
    .option('--all', 'every stream that is parked')
    .action((name: string, streams: string[], options: SteeringOptions) =>
      talk(options, (client) => retry(client, name, streams, options)),
    );

  waiting(
    talkingCommand(
      parent,
      'skip <projection> <position>',
      'pass a parked event over for good, in this projection only; the reason is kept in the log',
      ['projections skip document-list 81234 --reason "A test upload with a broken date"'],
    ),
  )
    .requiredOption('--reason <text>', 'why, for whoever reads the history')
    .action((name: string, asked: string, options: SteeringOptions & { reason: string }) =>
      talk(options, async (client) => {
        if (!/^\d{1,20}$/.test(asked)) {
          throw new UsageError(`${asked} is no position. See: casefold projections parked ${name}`);
        }
        // As Casefold writes it: without zeros in front.
        const position = String(BigInt(asked));
        return decideEach(client, [name], options, {
          action: 'parked/skip',
          body: { position, reason: options.reason },
          done: `the event at ${position} is skipped`,
          async outcome() {
            const left = await client.parked(name);
            return left.some((each) => each.position === position)
              ? undefined
              : { ok: true, message: `the event at ${position} is skipped` };
          },
        });
      }),
    );
}

type Retried = { stream: string; outcome: 'asked' | 'applied' | 'parked-again' | 'not-yet' };

async function retry(
  client: ProjectionClient,
  name: string,
  named: readonly string[],
  options: SteeringOptions,
): Promise<ExitCode> {
  if (named.length > 0 === Boolean(options.all)) {
    throw new UsageError(`Name streams, or say --all. See: casefold projections parked ${name}`);
  }
  const before = await client.parked(name);
  /** When the event at fault was parked, by stream: later, once it was tried again in vain. */
  const parkedAt = new Map(
    before.filter(({ isCause }) => isCause).map((each) => [each.stream, each.parkedAt]),
  );
  const parked = new Set(before.map(({ stream }) => stream));
  const streams = options.all ? [...parked] : [...new Set(named)];
  const strange = streams.filter((stream) => !parked.has(stream));
  if (strange.length > 0) {
    console.error(
      `${name} has parked nothing of ${strange.join(', ')}. See: casefold projections parked ${name}`,
    );
    return exitCodes.failed;
  }

  for (const stream of streams) await client.decide(name, 'parked/retry', { stream });
  const items = await Promise.all(
    streams.map(async (stream): Promise<Retried> => {
      if (!options.wait) return { stream, outcome: 'asked' };
      const outcome = await poll(async () => {
        const left = (await client.parked(name)).filter((each) => each.stream === stream);
        if (left.length === 0) return 'applied' as const;
        const again = left.find(({ isCause }) => isCause);
        return again && again.parkedAt !== parkedAt.get(stream) ? ('parked-again' as const) : undefined;
      }, options.timeout);
      return { stream, outcome: outcome ?? 'not-yet' };
    }),
  );
  print(options.json, { projection: name, items }, () =>
    items.length === 0
      ? [`${name} has parked nothing.`]
      : items.map(({ stream, outcome }) => `${stream}: ${wordsOf[outcome]}`),
  );
  if (items.some(({ outcome }) => outcome === 'parked-again')) return exitCodes.failed;
  return items.some(({ outcome }) => outcome === 'not-yet') ? exitCodes.notYet : exitCodes.done;
}

const wordsOf: Readonly<Record<Retried['outcome'], string>> = {
  asked: 'is to be tried again',
  applied: 'applied',
  'parked-again': 'failed again, and is parked again',
  'not-yet': 'not yet; it goes on',
};
