import { builtInModels } from '#gpu-runner/models/builtin/built-in-models';
import { taggedName } from '#gpu-runner/models/ollama/model-name';
import { readConfig } from '#platform/config';
import { textTable } from '../projections/text-table.ts';
import { modelServer, versionOf } from './server.ts';

export type ListedModel = {
  readonly name: string;
  readonly kind: 'built-in' | 'ollama';
  /** What it does for Casefold; empty for one that nobody asks. */
  readonly does: string;
  readonly sizeBytes?: number;
  readonly digest?: string;
  readonly loaded?: boolean;
};

/**
 * The models of the server that is set up, those that are wanted and missing too; without a server the built-in ones.
 *
 * @throws {UnreachableError} if the server does not answer
 */
export async function listModels(): Promise<readonly ListedModel[]> {
  if (!readConfig().ollama) {
    return builtInModels().map(({ identity, does }) => ({
      name: `${identity.name}@${identity.version}`,
      kind: 'built-in',
      does,
    }));
  }
  const { settings, connection } = modelServer();
  await versionOf(connection);
  const wanted = new Map([
    [taggedName(settings.textModel), 'writes'],
    [taggedName(settings.embedModel), 'embeds'],
  ]);
  const { models } = await connection.ask((client) => client.list());
  const loaded = new Set((await connection.ask((client) => client.ps())).models.map(({ name }) => name));
  const there = models.map(
    ({ name, size, digest }): ListedModel => ({
      ...{ name, kind: 'ollama', does: wanted.get(name) ?? '' },
      ...{ sizeBytes: size, digest, loaded: loaded.has(name) },
    }),
  );
  const missing = [...wanted]
    .filter(([name]) => !models.some((each) => each.name === name))
    .map(
      ([name, does]): ListedModel => ({
        name,
        kind: 'ollama',
        does: `${does}; missing: pull it`,
      }),
    );
  return [...there, ...missing];
}

export const modelTable = (models: readonly ListedModel[]): string[] =>
  textTable(models, [
    { title: 'model', text: ({ name }) => name },
    { title: 'kind', text: ({ kind }) => kind },
    { title: 'size', text: ({ sizeBytes }) => gigabytes(sizeBytes), align: 'right' },
    { title: 'digest', text: ({ digest = '' }) => digest.slice(0, 12) },
    { title: 'in memory', text: ({ loaded = false }) => (loaded ? 'yes' : '') },
    { title: 'does', text: ({ does }) => does },
  ]);

export const gigabytes = (bytes: number | undefined): string =>
  bytes === undefined ? '' : bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
