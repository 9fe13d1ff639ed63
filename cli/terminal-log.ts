import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino, { type Level } from 'pino';
import pretty from 'pino-pretty';
import type { Logger } from '#platform/log';

const largestLog = 20 * 1024 * 1024;

/**
 * The log of a Casefold that a person started in a terminal: all of it in `<data>/logs/casefold.log`, and on the screen
 * only what needs attention. A file that has grown large is put aside as `casefold.log.1` at the next start.
 */
export function createTerminalLog(dataFolder: string, level: string): Logger {
  const folder = join(dataFolder, 'logs');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'casefold.log');
  if (existsSync(file) && statSync(file).size > largestLog) renameSync(file, `${file}.1`);
  const screen = pretty({
    destination: 2,
    sync: true,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss',
  });
  const fileLevel = level === 'silent' ? 'error' : (level as Level);
  return pino(
    {
      name: 'casefold',
      level: fileLevel,
      redact: ['*.token', '*.password', 'headers.authorization', 'headers.cookie'],
    },
    pino.multistream([
      { level: fileLevel, stream: pino.destination({ dest: file, sync: true }) },
      { level: level === 'silent' ? 'fatal' : 'error', stream: screen },
    ]),
  );
}
