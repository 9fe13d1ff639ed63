import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasCandidate, providePackages, run } from './debian.ts';
import { UnavailableHereError } from './real-server.ts';

/** The first Debian that has the package; its source compiles against the PostgreSQL of earlier ones. */
const sourceRelease = 'trixie';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Installs pgvector for a PostgreSQL: as a package where there is one, else compiled from Debian's source package.
 *
 * @param pgConfig the `pg_config` of that PostgreSQL
 * @throws {UnavailableHereError} if neither can be had
 */
export function providePgvector(major: number, pgConfig: string): void {
  const isThere = () => existsSync(`/usr/share/postgresql/${major}/extension/vector.control`);
  if (isThere()) return;
  const name = `postgresql-${major}-pgvector`;
  if (existsSync('/usr/bin/apt-cache') && hasCandidate(name)) {
    providePackages([name], isThere);
    return;
  }
  if (!existsSync(keyring)) {
    throw new UnavailableHereError(
      `No package source has ${name}, and without ${keyring} Debian's source package cannot be checked. ` +
        `Install pgvector for PostgreSQL ${major} by hand.`,
    );
  }
  // The makefiles come with the client already; only the headers of the server tell.
  providePackages([`postgresql-server-dev-${major}`], () =>
    existsSync(`/usr/include/postgresql/${major}/server/postgres.h`),
  );
  providePackages(
    ['gcc', 'make', 'libc6-dev'],
    () => existsSync('/usr/bin/gcc') && existsSync('/usr/bin/make'),
  );
  compile(pgConfig);
}

function compile(pgConfig: string): void {
  if (process.getuid?.() !== 0) throw new UnavailableHereError('Only root can install pgvector.');
  console.log(`compiling pgvector from the source package of Debian ${sourceRelease}`);
  const folder = mkdtempSync(join(tmpdir(), 'casefold-pgvector-'));
  try {
    fetchSource(folder);
    run('sh', ['-c', 'tar xzf pgvector_*.orig.tar.gz'], { cwd: folder });
    const source = readdirSync(folder).find((name) => /^pgvector-[\d.]+$/.test(name));
    if (!source)
      throw new Error(`The source package of pgvector looks unlike before: ${readdirSync(folder)}.`);
    // Without bitcode, which only just-in-time compilation uses; without instructions that only this machine may have.
    const variables = [`PG_CONFIG=${pgConfig}`, 'OPTFLAGS=', 'with_llvm=no'];
    run('make', ['-j2', ...variables], { cwd: join(folder, source) });
    run('make', ['install', ...variables], { cwd: join(folder, source) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Downloads with an apt of its own settings, so that the machine's package sources stay as they are. */
function fetchSource(folder: string): void {
  const apt = join(folder, 'apt');
  for (const each of ['lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(apt, each), { recursive: true });
  }
  writeFileSync(
    join(apt, 'sources.list'),
    `deb-src [signed-by=${keyring}] http://deb.debian.org/debian ${sourceRelease} main\n`,
  );
  const settings = [
    ['Dir::Etc::sourcelist', join(apt, 'sources.list')],
    ['Dir::Etc::sourceparts', join(apt, 'none')],
    ['Dir::State::lists', join(apt, 'lists')],
    ['Dir::Cache', join(apt, 'cache')],
    // apt's own user may not enter a folder of ours.
    ['APT::Sandbox::User', 'root'],
  ];
  const options = settings.flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  run('apt-get', [...options, 'update', '-q']);
  run('apt-get', [...options, 'source', '--download-only', 'pgvector'], { cwd: folder });
}
