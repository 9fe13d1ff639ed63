import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { RefusedError } from '../running-casefold.ts';
import type { ProjectionClient } from './client.ts';
import { poll } from './poll.ts';
import { print } from './subcommand.ts';

/** How what was decided came out. */
export type Outcome = { readonly ok: boolean; readonly message: string };

export type Decision = {
  /** `switch`, `rebuild/cancel` … */
  readonly action: string;
  readonly body?: object;
  /** What is so when the decision is in the log, for a person. */
  readonly done: string;
  /** How it came out; undefined while it has not. For `--wait`. */
  outcome?(projection: string, position: bigint): Promise<Outcome | undefined>;
};

type Answer = { projection: string; position?: string; outcome: string; ok: boolean; message: string };

/** Sends a decision about each projection; one that is refused does not keep the others from theirs. */
export async function decideEach(
  client: ProjectionClient,
  projections: readonly string[],
  options: { readonly json?: boolean; readonly wait?: boolean; readonly timeout?: number },
  decision: Decision,
): Promise<ExitCode> {
  const { action, body, done, outcome } = decision;

  async function one(projection: string): Promise<Answer> {
    let position: bigint;
    try {
      position = await client.decide(projection, action, body);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return { projection, outcome: 'refused', ok: false, message: error.message };
    }
    const answer = { projection, position: String(position) };
    if (!options.wait || !outcome) return { ...answer, outcome: 'decided', ok: true, message: done };
    const came = await poll(() => outcome(projection, position), options.timeout);
    if (!came) return { ...answer, outcome: 'not-yet', ok: true, message: 'not yet; it goes on' };
    return { ...answer, outcome: came.ok ? 'done' : 'failed', ...came };
  }

  const items = await Promise.all(projections.map(one));
  print(options.json, { items: items.map(({ ok: _, ...item }) => item) }, () =>
    items.length === 0
      ? ['There is none to do this for.']
      : items.map(({ projection, message }) => `${projection}: ${message}`),
  );
  if (items.some(({ ok }) => !ok)) return exitCodes.failed;
  return items.some((item) => item.outcome === 'not-yet') ? exitCodes.notYet : exitCodes.done;
}
