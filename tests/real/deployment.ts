import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '#cli/roles';
import { eventRegistry } from '#domain/registry';
import { type Clients, connect } from '#engines/connect';
import { readConfig } from '#platform/config';
import { createLogger } from '#platform/log';
import type { RealServer } from '../engines/real-server.ts';
import { type CasefoldClient, createClient } from '../support/casefold-client.ts';
import type { CasefoldProcess } from '../support/casefold-process.ts';
import { healthOf, positionsIn } from '../support/positions.ts';
import { until } from '../support/until.ts';
import { shareBlobs, startRole } from './role-process.ts';
import { type Servers, startServers } from './servers.ts';

export const deployedRoles = [
  'commands',
  'projections',
  'gpu-runner',
  'read-api',
] as const satisfies readonly Role[];
export type DeployedRole = (typeof deployedRoles)[number];

/** Casefold as docker-compose.yml runs it: a process for each role, a real server behind each wire but the log's. */
export type Deployment = {
  readonly servers: Servers;
  readonly settings: Readonly<Record<string, string>>;
  /** Where all roles keep the blobs. */
  readonly blobs: string;
  /** The stores themselves, to look into. */
  readonly stores: Clients;
  /** Talks to a role. */
  client(role: DeployedRole): CasefoldClient;
  role(role: DeployedRole): CasefoldProcess;
  /** After it was killed or stopped: starts a role again on its own data. */
  restart(role: DeployedRole): Promise<void>;
  /** The processes of the role `projections` that run. */
  workers(): readonly CasefoldProcess[];
  /** Starts another one. */
  addWorker(): Promise<CasefoldProcess>;
  /** Starts another process of a role, beside the first. */
  addProcess(role: DeployedRole): Promise<CasefoldProcess>;
  /** How far each projection is. Fails while nobody runs one of them. */
  positions(): Promise<ReadonlyMap<string, bigint>>;
  /** Resolves when every read model has everything that is in the log. @returns the position of the last event */
  caughtUp(): Promise<bigint>;
  /** What its processes have printed so far. */
  printed(): string;
  stop(): Promise<void>;
};

/**
 * Starts the real servers, the event store, and every role. The servers must have been provided before.
 *
 * @param settings environment variables for every role, beside where the servers are
 */
export async function startDeployment(settings: Readonly<Record<string, string>> = {}): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-deployment-'));
  const closers: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    return { ...(await start(folder, closers, settings)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  folder: string,
  closers: (() => unknown)[],
  more: Readonly<Record<string, string>>,
): Promise<Omit<Deployment, 'stop'>> {
  const servers = await startServers(folder, closers);
  const blobs = join(folder, 'blobs');
  const settings = { ...settingsOf(Object.values(servers)), ...more };

  const dataOf = (name: string) => join(folder, name);
  const roles = new Map<DeployedRole, CasefoldProcess>();
  const startOne = async (role: DeployedRole) =>
    void roles.set(role, await startRole(role, { folder: dataOf(role), settings }));
  const addedWorkers: CasefoldProcess[] = [];
  const added: CasefoldProcess[] = [];
  let number = 1;
  const addProcess = async (role: DeployedRole) => {
    // Several may be on their way at once.
    const folder = dataOf(`${role}-${++number}`);
    shareBlobs(folder, blobs);
    const process = await startRole(role, { folder, settings });
    added.push(process);
    return process;
  };
  closers.push(() => Promise.all([...roles.values(), ...added].map((each) => each.kill())));
  for (const name of [...deployedRoles, 'stores']) shareBlobs(dataOf(name), blobs);
  // All at once, as containers start: which is first is nobody's promise.
  await Promise.all(deployedRoles.map(startOne));
  const role = (name: DeployedRole) => {
    const process = roles.get(name);
    if (!process) throw new Error(`The role ${name} was not started.`);
    return process;
  };

  const config = readConfig({ dataFolder: dataOf('stores') }, settings);
  const stores = await connect(config, eventRegistry, createLogger('stores', 'silent'));
  closers.push(stores.close);
  const token = settings.CASEFOLD_OWNER_TOKEN;
  const workers = () => [role('projections'), ...addedWorkers].filter((each) => !each.hasEnded());
  const positions = async () => {
    // Also of one that is away, where there is no other: then nothing is known.
    const running = addedWorkers.length > 0 ? workers() : [role('projections')];
    return positionsIn(await Promise.all([...running, role('gpu-runner')].map(healthOf)));
  };
  return {
    servers,
    settings,
    blobs,
    stores,
    role,
    client: (name) => createClient(() => ({ url: role(name).url, token })),
    restart: startOne,
    workers,
    addProcess,
    async addWorker() {
      const worker = await addProcess('projections');
      addedWorkers.push(worker);
      return worker;
    },
    positions,
    printed: () => [...roles.values(), ...added].map((each) => `${each.pid}:\n${each.printed()}`).join('\n'),
    caughtUp: () =>
      until('every projection has all of the log', async () => {
        const head = await stores.store.headPosition();
        const there = (await positions()).values().every((position) => position >= head);
        return there && (await stores.store.headPosition()) === head && head;
      }),
  };
}

/** What all roles are told alike. */
function settingsOf(servers: readonly RealServer[]) {
  const secret = () => randomBytes(32).toString('base64url');
  return Object.assign(
    {
      CASEFOLD_PORT: '0',
      CASEFOLD_LOG_LEVEL: 'warn',
      CASEFOLD_OWNER_TOKEN: secret(),
      CASEFOLD_SESSION_KEY: secret(),
    },
    ...servers.map(({ settings }) => settings),
  ) as Record<string, string> & { readonly CASEFOLD_OWNER_TOKEN: string };
}
