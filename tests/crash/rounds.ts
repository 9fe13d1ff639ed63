import { eventRegistry } from '#domain/registry';
import { connectEventStore } from '#platform/clients/eventstore';
import { createLogger } from '#platform/log';
import { seededRandom, shuffled } from '../support/random.ts';
import { until } from '../support/until.ts';
import { type Acknowledged, nothingAcknowledged } from './acknowledged.ts';
import { checkAnswers, checkContents } from './answers-check.ts';
import { filesWithoutEnd } from './files.ts';
import { startLoad } from './load.ts';
import { checkLog, type LogFindings } from './log-check.ts';
import { differences, startRebuild } from './rebuild.ts';
import { atRest } from './rest.ts';
import type { World } from './world.ts';

export type RoundsOptions = {
  readonly rounds: number;
  /** How many are killed in each round, one after another. */
  readonly kills: number;
  /** How many files are sent in each round. */
  readonly uploads: number;
  /** Determines whom a round kills, and when. */
  readonly seed: number;
  readonly say?: (line: string) => void;
};

/**
 * Lets people use a Casefold, kills parts of it meanwhile at moments of chance, lets it come to rest, and looks whether
 * anything was lost or done twice; again and again, on the same data. Each victim has its turn before one has another.
 *
 * @returns what is wrong after the first round after which anything is; nothing if all is well
 */
export async function playRounds(world: World, options: RoundsOptions): Promise<string[]> {
  const { rounds, kills, uploads, seed, say = console.log } = options;
  const random = seededRandom(seed);
  const forLoad = seededRandom(seed + 1);
  const files = filesWithoutEnd(seededRandom(seed + 2));
  const acknowledged = nothingAcknowledged();
  const { caseId } = await world.writer.openCase(`Killed again and again, seed ${seed}`);
  let deck: string[] = [];

  for (let round = 1; round <= rounds; round++) {
    const known = acknowledged.documents.size;
    const { writer, reader } = world;
    const load = startLoad({ writer, reader, caseId, files, uploads, acknowledged, random: forLoad });
    for (let kill = 0; kill < kills; kill++) {
      if (deck.length === 0) deck = shuffled(world.victims, random);
      const victim = deck.pop() ?? '';
      const moment = await momentOfChance(world, random);
      say(`round ${round}: killing ${victim} ${moment}`);
      await world.kill(victim);
    }
    const answered = await load.answered(3).then(() => [], inWords);
    const wrong = [...answered, ...(await load.stop()), ...(await check(world, caseId, acknowledged, known))];
    const { writes, documents } = acknowledged;
    say(`round ${round}: ${writes.size} writes and ${documents.size} documents, ${wrong.length} of it wrong`);
    if (wrong.length > 0) return wrong;
  }
  return [];
}

/** Everything there is to look at once nobody does anything any more. @param known documents looked at before */
async function check(
  world: World,
  caseId: string,
  acknowledged: Acknowledged,
  known: number,
): Promise<string[]> {
  try {
    const contents = await checkContents(world.reader, acknowledged, known);
    // Work on a file that is gone may never end.
    if (contents.length > 0) return [...contents, ...(await findings(world, acknowledged)).wrong];
    const { position, differing } = await compareWithRebuild(world);
    const log = await findings(world, acknowledged);
    const answers = await checkAnswers(world.reader, caseId, acknowledged, log, position);
    return [...log.wrong, ...answers, ...differing];
  } catch (error) {
    // What was waited for in vain may be no more than what follows from what the log lacks.
    const { wrong } = await findings(world, acknowledged).catch(() => ({ wrong: [] }));
    return [...inWords(error), ...wrong];
  }
}

/** What is wrong with the log. */
async function findings(world: World, acknowledged: Acknowledged): Promise<LogFindings> {
  const store = connectEventStore(world.logUrl(), eventRegistry, createLogger('crash', 'silent'));
  try {
    return await checkLog(store, acknowledged);
  } finally {
    await store.close();
  }
}

/** What was waited for and did not come is a finding, too. */
const inWords = (error: unknown): string[] => {
  const { message, cause } = error as Error;
  return [`${message} ${cause instanceof Error ? cause.message : ''}`.trim()];
};

/** Compares the live read models with a rebuild from nothing, both as of the same position. */
async function compareWithRebuild(world: World) {
  const rebuild = await startRebuild(world);
  try {
    for (;;) {
      const position = await atRest(world);
      await rebuild.reached(position);
      const differing = differences(await world.digests(), await rebuild.digests());
      // Reads are noted in the log a moment later: then both have moved on, perhaps between the two looks.
      if ((await atRest(world)) === position) return { position, differing };
    }
  } finally {
    await rebuild.end();
  }
}

/** Waits until the log or one of the read models has come up to a few dozen events further. @returns that in words */
async function momentOfChance(world: World, random: () => number): Promise<string> {
  const positions = await until('somebody tells positions', async () => {
    const told = await world.positions();
    return told.size > 0 && told;
  });
  const names = [...positions.keys()].sort();
  const name = names[Math.floor(random() * names.length)] ?? '';
  const at = Math.max(...[...positions.values()].map(Number)) + 1 + Math.floor(random() * 40);
  const moment = `when ${name} has come to ${at}`;
  await until(moment, async () => Number((await world.positions()).get(name) ?? -1n) >= at, {
    intervalMs: 5,
  });
  return moment;
}
