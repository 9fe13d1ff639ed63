import { existsSync, readFileSync } from 'node:fs';
import { readConfig } from '#platform/config';
import { problemSchema } from '#platform/http/problem-details';
import { addressFile } from './address-file.ts';
import { ownerTokenFile } from './credentials.ts';

/** A running Casefold as a command line talks to it. */
export type RunningCasefold = {
  readonly url: string;
  request(method: string, path: string): Promise<unknown>;
};

/**
 * Finds the Casefold that runs on this machine with a data folder.
 *
 * @throws {Error} that says how to start it or where to look, if there is none
 */
export function findRunningCasefold(data?: string): RunningCasefold {
  const { dataFolder, ownerToken } = readConfig(data === undefined ? {} : { dataFolder: data });
  const file = addressFile(dataFolder);
  const notRunning = (cause?: unknown) =>
    new Error(
      `No Casefold is running on ${dataFolder}. Start it with "npm start", or name its folder with --data.`,
      { cause },
    );
  if (!existsSync(file)) throw notRunning();
  const url = readFileSync(file, 'utf8').trim();
  const token = ownerToken ?? readFileSync(ownerTokenFile(dataFolder), 'utf8').trim();
  return {
    url,
    async request(method, path) {
      const response = await fetch(new URL(path, url), {
        method,
        headers: { authorization: `Bearer ${token}` },
      }).catch((error: unknown) => {
        // One that was killed leaves its address behind.
        throw notRunning(error);
      });
      const body: unknown = await response.json();
      if (response.ok || path === '/health') return body;
      const problem = problemSchema.safeParse(body);
      throw new Error(
        problem.success ? (problem.data.detail ?? problem.data.title) : `${path} answered ${response.status}`,
      );
    },
  };
}
