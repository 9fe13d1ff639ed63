import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../engines/debian.ts';

const folder = import.meta.dirname;
const name = '@event-driven-io/emmett-postgresql';

/**
 * Installs Emmett beside its `package.json`, unless it is there. It is no dependency of Casefold.
 *
 * @returns the version that is measured
 * @throws {Error} with what npm printed, if it cannot be installed
 */
export function installEmmett(): string {
  const manifest = join(folder, 'node_modules', name, 'package.json');
  if (!existsSync(manifest))
    run('npm', ['install', '--prefix', folder, '--no-package-lock', '--no-audit', '--no-fund'], {
      cwd: folder,
    });
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return version;
}
