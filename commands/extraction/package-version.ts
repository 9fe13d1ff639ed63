import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { z } from 'zod';

const manifest = z.object({ version: z.string() });

/** Name and version of an installed package, as it is recorded beside what it produced. */
export function packageVersion(name: string): { name: string; version: string } {
  const path = findPackageJSON(name, import.meta.url);
  if (path === undefined) throw new Error(`The package ${name} is not installed. Run npm ci.`);
  return { name, version: manifest.parse(JSON.parse(readFileSync(path, 'utf8'))).version };
}
