import { existsSync, readFileSync } from 'node:fs';
import { readConfig } from '#platform/config';
import { problemSchema } from '#platform/http/problem-details';
import { addressFile } from './address-file.ts';
import { ownerTokenFile } from './credentials.ts';
import { UnreachableError, UsageError } from './exit-codes.ts';

/** A running Casefold as a command line talks to it. */
export type RunningCasefold = {
  readonly url: string;
  /**
   * @param json the body, if there is one
   * @throws {UnreachableError} if nobody answers
   * @throws {RefusedError} with its reason, if it refuses
   */
  request(method: string, path: string, json?: unknown): Promise<unknown>;
};

/** Casefold answered, and not with what was asked for. */
export class RefusedError extends Error {
  override name = 'RefusedError';
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/**
 * Finds the Casefold that runs on this machine with a data folder.
 *
 * @param given a token that takes the place of the folder's
 * @throws {UnreachableError} that says how to start it or where to look, if there is none
 */
export function findRunningCasefold(data?: string, given?: string): RunningCasefold {
  const { dataFolder, ownerToken } = readConfig(data === undefined ? {} : { dataFolder: data });
  const file = addressFile(dataFolder);
  const notRunning = (cause?: unknown) =>
    new UnreachableError(
      `No Casefold is running on ${dataFolder}. Start it with "npm start", or name its folder with --data.`,
      { cause },
    );
  if (!existsSync(file)) throw notRunning();
  const url = readFileSync(file, 'utf8').trim();
  const token = given ?? ownerToken ?? readFileSync(ownerTokenFile(dataFolder), 'utf8').trim();
  // One that was killed leaves its address behind.
  return connect(url, token, notRunning);
}

/** Where a person says that Casefold is. */
export type Whereabouts = { readonly url?: string; readonly token?: string; readonly data?: string };

/**
 * The Casefold that a command is meant for: at `url` or CASEFOLD_URL, else the one of the data folder. The folder's token
 * is for the folder's Casefold only: it is never sent to another address.
 *
 * @throws {UsageError} if there is no token for the address
 * @throws {UnreachableError} if none is running
 */
export function findCasefold({ url, token, data }: Whereabouts): RunningCasefold {
  const { talksTo } = readConfig(data === undefined ? {} : { dataFolder: data });
  const address = url ?? (data === undefined ? talksTo.url : undefined);
  if (address === undefined) {
    return findRunningCasefold(data, token ?? talksTo.token);
  }
  if (!URL.canParse(address) || !/^https?:/.test(address)) {
    throw new UsageError(`${address} is no address. Give one like http://localhost:3000.`);
  }
  const secret = token ?? talksTo.token;
  if (!secret) {
    throw new UsageError(
      `There is no token for ${address}. Give it with --token or CASEFOLD_TOKEN; it is in <data>/owner-token there.`,
    );
  }
  return connect(
    address,
    secret,
    (cause) =>
      new UnreachableError(
        `No Casefold answers at ${address}. Start it there, or give another address with --url.`,
        { cause },
      ),
  );
}

function connect(url: string, token: string, unreachable: (cause: unknown) => Error): RunningCasefold {
  return {
    url,
    async request(method, path, json) {
      const response = await fetch(new URL(path, url), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(json !== undefined && { 'content-type': 'application/json' }),
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
      }).catch((error: unknown) => {
        throw unreachable(error);
      });
      const body: unknown = await response.json().catch(() => undefined);
      if ((response.ok && body !== undefined) || path === '/health') return body;
      // A proxy whose Casefold is away answers in its own words.
      if (body === undefined && response.status >= 502) throw unreachable(response.status);
      const problem = problemSchema.safeParse(body);
      throw new RefusedError(
        problem.success
          ? (problem.data.detail ?? problem.data.title)
          : `${new URL(path, url)} answered ${response.status}, and not as Casefold does. Is the address right?`,
        response.status,
      );
    },
  };
}
