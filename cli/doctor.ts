import { z } from 'zod';
import { eventRegistry } from '#domain/registry';
import { connect } from '#engines/connect';
import { type Config, readConfig } from '#platform/config';
import { FolderInUseError, lockFolder } from '#platform/folder-lock';
import { createLogger } from '#platform/log';
import { examine, type Finding, findingSchema } from './examine-wires.ts';
import { findRunningCasefold } from './running-casefold.ts';

const reportSchema = z.object({ wires: z.array(findingSchema) });

/**
 * `casefold doctor`: which engine stands behind each wire, its version, and whether it answers. Asks the Casefold that
 * runs on the data folder; where none does, connects to everything itself.
 *
 * @returns true if every wire answers
 */
export async function doctor({ data, json }: { data?: string; json?: boolean }): Promise<boolean> {
  const config = readConfig(data === undefined ? {} : { dataFolder: data });
  const wires = await findings(config, data);
  if (json) console.log(JSON.stringify({ wires }, null, 2));
  else printTable(wires);
  return wires.every(({ answers }) => answers);
}

async function findings(config: Config, data: string | undefined): Promise<Finding[]> {
  let release: () => void;
  try {
    release = lockFolder(config.dataFolder);
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    return reportSchema.parse(await findRunningCasefold(data).request('GET', '/api/doctor')).wires;
  }
  try {
    const clients = await connect(config, eventRegistry, createLogger('doctor', 'error'));
    try {
      return await examine(clients, config);
    } finally {
      await clients.close();
    }
  } finally {
    release();
  }
}

function printTable(wires: readonly Finding[]): void {
  for (const { wire, setting, engine, version, answers, detail } of wires) {
    const what = [`${engine} ${version}`.trim(), detail].filter(Boolean).join(', ');
    console.log(`${answers ? '✓' : '✗'} ${wire.padEnd(13)} ${setting.padEnd(32)} ${what}`);
  }
}
