import { chownSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { providePackages, run } from './debian.ts';
import { providePgvector } from './pgvector.ts';
import { type SystemUser, startPrivateServer } from './private-server.ts';
import type { RealEngine } from './real-server.ts';

const password = 'only-for-tests';

/** PostgreSQL and pgvector of Debian; a cluster of its own with one user, who signs in with a password over TCP. */
export const postgres: RealEngine = {
  name: 'PostgreSQL',
  async provide() {
    providePackages(['postgresql'], () => programs() !== undefined);
    const found = programs();
    if (found) providePgvector(found.major, join(found.folder, 'pg_config'));
  },
  async start() {
    const found = programs();
    if (!found) throw new Error('PostgreSQL was not provided before it was started.');
    const urlAt = (port: number) => `postgres://casefold:${password}@127.0.0.1:${port}/postgres`;
    const user = databaseUser();
    const server = await startPrivateServer(
      join(found.folder, 'postgres'),
      // No socket file: the usual folder for it may belong to somebody else.
      (port, folder) => [
        ...['-D', join(folder, 'data'), '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
        ...['-c', 'unix_socket_directories='],
      ],
      {
        user,
        prepare: (folder) => initialise(found.folder, folder, user),
        // SIGTERM waits for clients to leave.
        stopSignal: 'SIGINT',
        isReady: async (port) => (await ask(urlAt(port), 'SELECT 1')) !== undefined,
      },
    );
    const url = urlAt(server.port);
    await ask(url, 'CREATE EXTENSION vector');
    const version = await ask(
      url,
      `SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) || ' with pgvector ' || extversion
       FROM pg_extension WHERE extname = 'vector'`,
    );
    await ask(url, 'DROP EXTENSION vector');
    return { ...server, settings: { DATABASE_URL: url }, version: version ?? 'unknown' };
  },
};

const versions = '/usr/lib/postgresql';

/** The newest PostgreSQL that is installed, of those Casefold runs on. */
function programs(): { major: number; folder: string } | undefined {
  if (!existsSync(versions)) return undefined;
  const found = readdirSync(versions)
    .map((name) => ({ major: Number(name), folder: join(versions, name, 'bin') }))
    .filter(({ major, folder }) => major >= 15 && existsSync(join(folder, 'initdb')));
  return found.sort((a, b) => b.major - a.major)[0];
}

/** PostgreSQL does not run as root: the package brings a user for it. Undefined where this process is not root. */
function databaseUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (which: string) => Number(run('id', [which, 'postgres']));
  return { uid: id('-u'), gid: id('-g') };
}

function initialise(bin: string, folder: string, user: SystemUser | undefined): void {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  const asUser = user ? { user } : {};
  run(
    join(bin, 'initdb'),
    [
      ...['-D', join(folder, 'data'), '-U', 'casefold', '--encoding=UTF8', '--locale=C.UTF-8'],
      ...['--auth=scram-sha-256', `--pwfile=${passwordFile}`],
    ],
    { cwd: folder, ...asUser },
  );
}

/** The first column of the first row. */
async function ask(url: string, query: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(query);
    const [value] = Object.values(rows[0] ?? {});
    return value === undefined ? undefined : String(value);
  } finally {
    await client.end().catch(() => undefined);
  }
}
