import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '#cli/roles';
import { type CasefoldClient, createClient } from './casefold-client.ts';
import { type CasefoldProcess, startCasefoldProcess } from './casefold-process.ts';
import { type Health, healthOf, positionsIn } from './positions.ts';
import { descendantsOf } from './processes.ts';
import { NeverError, until } from './until.ts';

/** A Casefold that runs on one machine, in processes of its own. */
export type Product = CasefoldClient &
  CasefoldProcess & {
    /** The owner's. */
    readonly token: string;
    readonly folder: string;
    /** Signs a browser in, once; where the web is served. */
    signInLink(): string;
    health(): Promise<Health>;
    /** How far each projection of its roles is. @throws {Error} while nobody runs one of them */
    positions(): Promise<ReadonlyMap<string, bigint>>;
    /** Position of the last event in the log. */
    head(): Promise<bigint>;
    /** Resolves when every read model has everything that is in the log. */
    caughtUp(): Promise<bigint>;
    /** Process ids of its engines by name. */
    engines(): ReadonlyMap<string, number>;
  };

export type ProductOptions = {
  /** Left out, one of its own that goes with `stop`. */
  readonly folder?: string;
  readonly port?: number;
  /** Left out, all but the web; `all` as a person starts it. */
  readonly roles?: readonly Role[] | 'all';
  /** Settings on top of none at all. */
  readonly settings?: Readonly<Record<string, string>>;
};

/** A folder for data; whoever makes it removes it. */
export const newDataFolder = (): string => mkdtempSync(join(tmpdir(), 'casefold-product-'));

const signIn = /Open\s+(http\S+\/sign-in\/\S+)/;

/**
 * Starts Casefold as `npm start` does, and waits until it serves.
 *
 * @throws {Error} with all it printed, if it ends before
 */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const { folder = newDataFolder(), port = 0, settings = {} } = options;
  const { roles = ['commands', 'projections', 'read-api', 'gpu-runner'] } = options;
  const child = await startCasefoldProcess(
    ['up', '--port', String(port), '--data', folder, ...(roles === 'all' ? [] : ['--roles', ...roles])],
    settings,
    ...(roles === 'all' || roles.includes('web') ? [signIn] : []),
  );
  const { url, pid } = child;
  const token = readFileSync(join(folder, 'owner-token'), 'utf8').trim();
  const client = createClient(() => ({ url, token }));

  const health = async () => {
    if (child.hasEnded()) throw new NeverError(`Casefold ended by itself. It printed:\n${child.printed()}`);
    return healthOf(child);
  };
  const head = async () => {
    const metrics = await (await client.request('/metrics')).text();
    return BigInt(/^casefold_log_position (\S+)$/m.exec(metrics)?.[1] ?? -1);
  };
  return {
    ...client,
    ...child,
    token,
    folder,
    signInLink() {
      const [, link] = signIn.exec(child.printed()) ?? [];
      if (!link) throw new Error('Nothing to sign in to: it was started without the web.');
      return link;
    },
    health,
    positions: async () => positionsIn([await health()]),
    head,
    caughtUp: () =>
      until(
        'every projection has all of the log',
        async () => {
          const at = await head();
          const now = await health();
          const there =
            now.status === 'ok' &&
            positionsIn([now])
              .values()
              .every((each) => each >= at);
          return there && (await head()) === at && at;
        },
        { timeoutMs: 300_000 },
      ),
    engines: () =>
      new Map(
        descendantsOf(pid).flatMap(({ pid: engine, command }) => {
          const name = /engines\/(\w+)\/main\.ts/.exec(command)?.[1];
          return name ? [[name, engine] as const] : [];
        }),
      ),
    async stop(signal) {
      const code = await child.stop(signal);
      if (!options.folder) rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}
