import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '#cli/roles';
import { type CasefoldProcess, startCasefoldProcess } from '../support/casefold-process.ts';

export type RoleOptions = {
  /** Its own; in a deployment only the blobs are shared. */
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
};

/** Makes a data folder whose blobs are those of all. */
export function shareBlobs(folder: string, blobs: string): void {
  mkdirSync(blobs, { recursive: true });
  mkdirSync(folder, { recursive: true });
  symlinkSync(blobs, join(folder, 'blobs'));
}

/** Starts one role in a process of its own, as a container of docker-compose.yml runs it, and waits until it serves. */
export const startRole = (role: Role, { folder, settings }: RoleOptions): Promise<CasefoldProcess> =>
  startCasefoldProcess(['up', '--roles', role], { ...settings, CASEFOLD_DATA: folder });
