import { Presets, SingleBar } from 'cli-progress';
import type { OllamaConnection } from '#gpu-runner/models/ollama/connection';
import { identifyModel } from '#gpu-runner/models/ollama/identify';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { left, oneLine, percent } from '../projections/words.ts';
import { gigabytes } from './list.ts';
import { modelServer, versionOf } from './server.ts';
import { createTransfer } from './transfer.ts';

/**
 * `casefold models pull`: fetches models, one after the other, with a bar on the terminal. What was fetched stays when it
 * is broken off, and the next time goes on from there.
 *
 * @throws {UnreachableError} if the server does not answer
 */
export async function pullModels(named: readonly string[]): Promise<ExitCode> {
  const { settings, connection } = modelServer();
  await versionOf(connection);
  const models = named.length > 0 ? named : [settings.embedModel, settings.textModel];
  for (const model of [...new Set(models)]) {
    await pull(connection, model);
    const { name, version, digest } = await identifyModel(connection, model);
    console.log(`${name}:${version} is there (${digest.slice(0, 12)}).`);
  }
  return exitCodes.done;
}

async function pull(connection: OllamaConnection, model: string): Promise<void> {
  const bar = new SingleBar(
    {
      format: `${model}  {bar}  {percent}  {how}`,
      barsize: 24,
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: 5000,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  const transfer = createTransfer(() => performance.now());
  bar.start(1000, 0, { percent: percent(0), how: 'asked for' });
  try {
    await connection.askModel(model, async (client) => {
      for await (const { status, digest, total, completed } of await client.pull({ model, stream: true })) {
        if (total > 0) transfer.note(digest, total, completed ?? 0);
        const { share, totalBytes, remainingSeconds } = transfer.progress();
        const isMoving = total > 0 && share < 1;
        bar.update(Math.floor(share * 1000), {
          percent: percent(share),
          how: isMoving ? `${gigabytes(totalBytes)} · ${left(remainingSeconds)}` : oneLine(status),
        });
      }
    });
  } catch (error) {
    throw isUnknown(error)
      ? new Error(
          `The registry of Ollama has no model ${model}. https://ollama.com/library lists those there are; a model of your own is made with "ollama create ${model}", and OLLAMA_MODEL and OLLAMA_EMBED_MODEL choose another.`,
          { cause: error },
        )
      : error;
  } finally {
    bar.stop();
  }
}

const isUnknown = (error: unknown) =>
  error instanceof Error && /file does not exist|manifest unknown/i.test(error.message);
